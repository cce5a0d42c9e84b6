"""Every new subscriber gets a number of its own, however many come at once."""

from __future__ import annotations

from unittest import mock

from django.db import IntegrityError
from django.test import TestCase

from accounts import creation
from accounts.creation import EmailTaken, create_subscriber
from accounts.models import Subscriber
from tests.things import make_subscriber

NEW = {"first_name": "Kavya", "last_name": "Nair", "phone": "+915550001111", "town": "Alathur"}


class CreationTests(TestCase):
    def setUp(self) -> None:
        make_subscriber("C000001")

    def create(self, email: str = "kavya@example.net") -> str:
        return create_subscriber(email=email, **NEW).number

    def test_a_number_that_others_take_first_is_tried_again_until_one_is_got(self) -> None:
        taken = ["C000001"] * 20
        with mock.patch.object(creation, "_next_number", side_effect=[*taken, "C000002"]):
            self.assertEqual(self.create(), "C000002")

    def test_of_two_servers_one_gives_odd_numbers_and_one_even(self) -> None:
        for first, numbers in ((1, ["C000003", "C000005"]), (2, ["C000006", "C000008"])):
            with mock.patch.object(creation, "_turn", return_value=(first, 2)):
                made = [self.create(f"{n}@example.net") for n in numbers]
            self.assertEqual(made, numbers)

    def test_the_email_is_called_taken_only_when_it_is(self) -> None:
        with self.assertRaises(EmailTaken):
            self.create("C000001@example.net")
        broken = IntegrityError("another constraint")
        with (
            mock.patch.object(Subscriber.objects, "create", side_effect=broken),
            self.assertRaises(IntegrityError),
        ):
            self.create()
        self.assertEqual(Subscriber.objects.count(), 1)

    def test_numbers_go_on_and_sort_after_the_first_million(self) -> None:
        make_subscriber("C999998", email="late@example.net")
        made = [self.create(f"{n}@example.net") for n in range(4)]
        self.assertEqual(made, ["C999999", "C1000000", "C1000001", "C1000002"])
        numbers = [subscriber.number for subscriber in Subscriber.objects.all()]
        self.assertEqual(numbers, ["C000001", "C999998", *made])
