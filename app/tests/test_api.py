"""The JSON API keeps its word."""

from __future__ import annotations

import json
from decimal import Decimal
from unittest import mock

from django.db import DataError, IntegrityError, OperationalError
from django.test import Client, override_settings

from accounts.models import Subscriber, Subscription
from billing.models import Invoice, Payment
from tests.things import CONSOLE, PORTAL, TOKEN, SiteTestCase

ONE = {"subscriber": "C000001", "amount": "1.00"}


class ApiTestCase(SiteTestCase):
    def get(self, path: str, token: str = TOKEN, **more):
        return self.client.get(path, headers={"Authorization": f"Bearer {token}"}, **PORTAL, **more)

    def post(self, path: str, body, key: str | None = "key-1", token: str = TOKEN, **more):
        headers = {"Authorization": f"Bearer {token}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        data = body if isinstance(body, str) else json.dumps(body)
        given = {"content_type": "application/json", **more}
        return self.client.post(path, data, headers=headers, **PORTAL, **given)

    def pay(self, body=ONE, key: str | None = "key-1", **more):
        return self.post("/api/payments/", body, key, **more)

    def code(self, response) -> str:
        return response.json()["error"]["code"]


class PaymentApiTests(ApiTestCase):
    def test_201_then_200_with_the_same_body(self) -> None:
        first, second = self.pay(), self.pay()
        self.assertEqual((first.status_code, second.status_code), (201, 200))
        self.assertEqual(first.json(), second.json())
        self.assertEqual(first.json()["amount"], "1.00")
        self.assertEqual(Payment.objects.count(), 1)

    def test_409_for_the_same_key_with_another_body(self) -> None:
        self.pay()
        response = self.pay({**ONE, "amount": "2.00"})
        self.assertEqual((response.status_code, self.code(response)), (409, "key-reused"))

    def test_an_amount_may_be_a_number(self) -> None:
        self.assertEqual(self.pay('{"subscriber": "C000001", "amount": 0.10}').status_code, 201)
        self.assertEqual(Payment.objects.get().amount, Decimal("0.10"))

    def test_an_invoice_is_enough_and_is_settled(self) -> None:
        response = self.pay({"invoice": self.invoice.number, "amount": "499.00"})
        self.assertEqual(response.status_code, 201)
        self.assertEqual(response.json()["subscriber"], "C000001")
        self.assertEqual(Invoice.objects.get(pk=self.invoice.pk).state, "paid")
        again = self.pay({"invoice": self.invoice.number, "amount": "499.00"})
        self.assertEqual(again.status_code, 200)
        more = self.pay({"invoice": self.invoice.number, "amount": "1.00"}, "key-2")
        self.assertEqual((more.status_code, self.code(more)), (422, "too-much"))

    def test_422_names_the_wrong_fields(self) -> None:
        cases = [
            ({"amount": "1.00"}, {"subscriber"}),
            ({"subscriber": "C000404", "amount": "1.00"}, {"subscriber"}),
            ({"subscriber": "C000001"}, {"amount"}),
            ({**ONE, "amount": "0"}, {"amount"}),
            ({**ONE, "amount": "-1"}, {"amount"}),
            ({**ONE, "amount": "1.001"}, {"amount"}),
            ({**ONE, "amount": "NaN"}, {"amount"}),
            ({**ONE, "amount": "1e400"}, {"amount"}),
            ({**ONE, "amount": True}, {"amount"}),
            ({**ONE, "amount": [1]}, {"amount"}),
            ({**ONE, "amount": "１２"}, {"amount"}),
            ({**ONE, "amount": "1_0"}, {"amount"}),
            ({**ONE, "amount": "1e99999999999999999999"}, {"amount"}),
            ({**ONE, "method": "gold"}, {"method"}),
            ({**ONE, "method": ["upi"]}, {"method"}),
            ({**ONE, "invoice": "none"}, {"invoice"}),
            ({**ONE, "invoice": self.other_invoice.number}, {"invoice"}),
            ({**ONE, "colour": "red"}, {"colour"}),
        ]
        for body, fields in cases:
            with self.subTest(body=body):
                response = self.pay(body)
                self.assertEqual(response.status_code, 422)
                self.assertEqual(set(response.json()["error"]["fields"]), fields)
        self.assertEqual(Payment.objects.count(), 0)

    def test_400_without_a_good_key_or_json(self) -> None:
        for key in (None, "", "with space", "x" * 65):
            with self.subTest(key=key):
                response = self.pay(key=key)
                self.assertEqual(response.status_code, 400)
                self.assertEqual(self.code(response), "idempotency-key")
        for body in ("{", "[1]", '"text"', '{"amount": NaN}', "[" * 100_000):
            with self.subTest(body=body[:20]):
                self.assertEqual(self.pay(body).status_code, 400)

    def test_400_for_what_json_can_write_and_nobody_can_store(self) -> None:
        bodies = [
            r'{"subscriber": "\ud800", "amount": "1"}',
            r'{"subscriber": "C000001", "amount": "1", "\udfff": 1}',
            '{"subscriber": "C000001", "amount": 1e99999999999999999999}',
        ]
        for path in ("/api/payments/", "/api/subscribers/"):
            for body in bodies:
                with self.subTest(path=path, body=body):
                    response = self.post(path, body)
                    self.assertEqual((response.status_code, self.code(response)), (400, "json"))

    def test_what_the_database_cannot_hold_is_a_400(self) -> None:
        with mock.patch("api.payments.record_payment", side_effect=DataError("NUL")):
            response = self.pay()
        self.assertEqual((response.status_code, self.code(response)), (400, "data"))

    def test_415_and_413_and_405_and_404_are_json(self) -> None:
        self.assertEqual(self.pay("a=b", content_type="text/plain").status_code, 415)
        self.assertEqual(self.pay(json.dumps({"x": "y" * 3_000_000})).status_code, 413)
        response = self.post("/api/counts/", {})
        self.assertEqual((response.status_code, response.headers["Allow"]), (405, "GET"))
        for path in ("/api/", "/api/nothing/", "/api/payments/a/b/"):
            response = self.get(path)
            self.assertEqual((response.status_code, self.code(response)), (404, "not-found"))
        response = self.get("/api/payments/?" + "a&" * 1001)
        self.assertEqual((response.status_code, self.code(response)), (400, "bad-request"))

    def test_an_unknown_address_is_a_404_in_json_for_every_method(self) -> None:
        browser_like = Client(enforce_csrf_checks=True)
        for path in ("/api", "/api/", "/api/payments", "/api/zzz"):
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
                with self.subTest(path=path, method=method):
                    response = browser_like.generic(method, path, **PORTAL)
                    self.assertEqual(
                        (response.status_code, self.code(response)), (404, "not-found")
                    )

    def test_401_without_the_token(self) -> None:
        for token in ("", "wrong", TOKEN + "x"):
            self.assertEqual(self.pay(token=token).status_code, 401)
        response = self.client.get("/api/counts/", **PORTAL)
        self.assertEqual(response.status_code, 401)
        self.assertIn("Bearer", response.headers["WWW-Authenticate"])
        with override_settings(API_TOKEN=""):
            self.assertEqual(self.get("/api/counts/", token="").status_code, 401)

    def test_payments_are_found_one_by_one_and_together(self) -> None:
        made = self.pay().json()
        self.assertEqual(self.get("/api/payments/key-1/").json(), made)
        self.assertEqual(self.get("/api/payments/key-2/").status_code, 404)
        response = self.get("/api/payments/?keys=key-2,key-1,key-1,")
        self.assertEqual(response.json(), {"found": ["key-1"], "missing": ["key-2"]})
        for keys in ("", ",".join(str(n) for n in range(101))):
            response = self.get(f"/api/payments/?keys={keys}")
            self.assertEqual(response.status_code, 422)
            self.assertIn("100 keys", response.json()["error"]["message"])

    def test_as_many_keys_as_are_allowed_fit_into_a_request_line(self) -> None:
        keys = [f"{n:064d}" for n in range(100)]
        # A client may write the comma with three characters.
        path = f"/api/payments/?keys={'%2C'.join(keys)}"
        self.assertLess(len(f"GET {path} HTTP/1.1\r\n"), 8190)
        self.assertEqual(self.get(path).json(), {"found": [], "missing": keys})

    def test_500_as_json(self) -> None:
        self.client.raise_request_exception = False
        with mock.patch("api.payments.record_payment", side_effect=ZeroDivisionError):
            response = self.pay()
        self.assertEqual((response.status_code, self.code(response)), (500, "server-error"))

    def test_503_as_json_while_the_database_is_away(self) -> None:
        with mock.patch("api.payments.record_payment", side_effect=OperationalError("gone")):
            response = self.pay()
        self.assertEqual((response.status_code, self.code(response)), (503, "database-unavailable"))
        self.assertIn("Retry-After", response.headers)

    def test_the_console_has_no_api(self) -> None:
        response = self.client.get(
            "/api/counts/", headers={"Authorization": f"Bearer {TOKEN}"}, **CONSOLE
        )
        self.assertEqual(response.status_code, 404)


class SubscriberApiTests(ApiTestCase):
    NEW = {
        "first_name": "Kavya",
        "last_name": "Nair",
        "email": "Kavya@example.net",
        "phone": "+915550001111",
        "town": "Alathur",
    }

    def test_a_new_subscriber_gets_the_next_number_and_is_on_the_front_page(self) -> None:
        response = self.post("/api/subscribers/", {**self.NEW, "plan": "net-100"})
        self.assertEqual(response.status_code, 201)
        self.assertEqual(response.json()["number"], "C000003")
        self.assertEqual(response.json()["email"], "kavya@example.net")
        self.assertEqual(self.get("/api/subscribers/C000003/").json(), response.json())
        self.assertContains(self.client.get("/", **PORTAL), "Kavya N.")

    def test_what_is_wrong_is_said(self) -> None:
        cases = [
            ({"email": ""}, "email"),
            ({"email": "no"}, "email"),
            ({"phone": "123"}, "phone"),
            ({"first_name": 5}, "first_name"),
            ({"last_name": "x" * 51}, "last_name"),
            ({"plan": "none"}, "plan"),
            ({"number": "C000009"}, "number"),
            ({"first_name": "   "}, "first_name"),
            ({"last_name": "a\nb"}, "last_name"),
            ({"town": "a\u0007b"}, "town"),
            ({"street": "a\u2028b"}, "street"),
            ({"phone": "+９１５５５０００１１１１"}, "phone"),
        ]
        for change, field in cases:
            with self.subTest(change=change):
                response = self.post("/api/subscribers/", {**self.NEW, **change})
                self.assertEqual(response.status_code, 422)
                self.assertIn(field, response.json()["error"]["fields"])

    def test_spaces_and_line_ends_around_a_text_are_not_stored(self) -> None:
        around = {"first_name": " Kavya ", "phone": "+915550001111\n", "town": "\tAlathur"}
        body = self.post("/api/subscribers/", {**self.NEW, **around}).json()
        self.assertEqual({name: body[name] for name in around}, {n: self.NEW[n] for n in around})

    def test_another_constraint_is_not_called_a_taken_email(self) -> None:
        self.client.raise_request_exception = False
        with mock.patch.object(Subscription.objects, "create", side_effect=IntegrityError):
            response = self.post("/api/subscribers/", {**self.NEW, "plan": "net-100"})
        self.assertEqual((response.status_code, self.code(response)), (500, "server-error"))

    def test_409_when_the_email_is_taken(self) -> None:
        response = self.post("/api/subscribers/", {**self.NEW, "email": "C000001@example.net"})
        self.assertEqual((response.status_code, self.code(response)), (409, "email-taken"))
        self.assertEqual(Subscriber.objects.count(), 2)

    def test_a_subscriber_shows_plan_and_balance(self) -> None:
        self.pay()
        body = self.get("/api/subscribers/C000001/").json()
        self.assertEqual((body["plan"], body["balance"]), ("net-100", "-498.00"))
        self.assertEqual(self.get("/api/subscribers/C000404/").status_code, 404)

    def test_counts(self) -> None:
        self.pay()
        counts = {"subscribers": 2, "invoices": 2, "payments": 1, "tickets": 0}
        self.assertEqual(self.get("/api/counts/").json(), counts)
