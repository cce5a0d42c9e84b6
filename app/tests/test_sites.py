"""Which site shows what to whom."""

from __future__ import annotations

from unittest import mock

from django.db import InternalError
from django.test import Client

from support.models import Ticket
from tests.things import CONSOLE, PORTAL, SiteTestCase

PRIVATE = ["/account/", "/invoices/", "/payments/", "/tickets/", "/tickets/new/"]
STAFF = ["/", "/subscribers/", "/subscribers/C000001/", "/tickets/", "/invoices/", "/billing/"]


class HostTests(SiteTestCase):
    def test_the_host_chooses_the_site(self) -> None:
        self.assertContains(self.client.get("/", **PORTAL), 'class="newest-name"')
        self.as_operator()
        self.assertContains(self.client.get("/", **CONSOLE), "Operator console")

    def test_an_unknown_host_is_refused(self) -> None:
        for host in ("evil.example", "portal.evil.example"):
            self.assertEqual(self.client.get("/", HTTP_HOST=host).status_code, 400)
        self.assertEqual(self.client.get("/", HTTP_HOST="other.test.localhost").status_code, 404)

    def test_the_portal_serves_neither_console_nor_admin(self) -> None:
        self.as_operator()
        for path in ("/admin/", "/subscribers/", "/subscribers/C000001/", "/billing/"):
            self.assertEqual(self.client.get(path, **PORTAL).status_code, 404)

    def test_a_form_is_accepted_from_its_own_origin_with_port_and_no_other(self) -> None:
        self.asha.user.set_password("a password")
        self.asha.user.save()
        for origin, status in (("portal.test", 302), ("console.test", 403)):
            client = Client(enforce_csrf_checks=True)
            token = client.get("/login/", secure=True, **PORTAL).cookies["csrftoken"].value
            response = client.post(
                "/login/",
                {"username": "c000001", "password": "a password", "csrfmiddlewaretoken": token},
                secure=True,
                headers={"Origin": f"https://{origin}.localhost:8443"},
                **PORTAL,
            )
            self.assertEqual(response.status_code, status)

    def test_a_read_only_database_gives_503(self) -> None:
        with mock.patch("portal.views.render", side_effect=InternalError("read-only")):
            response = self.client.get("/", **PORTAL)
        self.assertContains(response, "back in a moment", status_code=503)

    def test_the_request_id_comes_back(self) -> None:
        response = self.client.get("/", headers={"X-Request-ID": "abc-1"}, **PORTAL)
        self.assertEqual(response.headers["X-Request-ID"], "abc-1")
        response = self.client.get("/", headers={"X-Request-ID": "a b\n"}, **PORTAL)
        self.assertRegex(response.headers["X-Request-ID"], "^[0-9a-f]{32}$")


class BoundaryTests(SiteTestCase):
    def test_pages_of_an_account_need_a_log_in(self) -> None:
        for path in [*PRIVATE, f"/invoices/{self.invoice.number}/"]:
            response = self.client.get(path, **PORTAL)
            self.assertRedirects(response, f"/login/?next={path}", fetch_redirect_response=False)

    def test_a_subscriber_sees_all_own_pages(self) -> None:
        self.as_asha()
        for path in [*PRIVATE, f"/invoices/{self.invoice.number}/"]:
            response = self.client.get(path, **PORTAL)
            self.assertEqual(response.status_code, 200)
            self.assertIn("no-store", response.headers["Cache-Control"])

    def test_pages_that_answer_get_answer_head(self) -> None:
        self.assertEqual(self.client.head("/", **PORTAL).status_code, 200)
        self.as_asha()
        for path in [*PRIVATE, f"/invoices/{self.invoice.number}/"]:
            self.assertEqual(self.client.head(path, **PORTAL).status_code, 200, path)
        self.as_operator()
        for path in STAFF:
            self.assertEqual(self.client.head(path, **CONSOLE).status_code, 200, path)

    def test_an_answer_to_head_has_a_length_and_no_body(self) -> None:
        # The test client takes a body off itself, which Gunicorn does with a warning.
        with mock.patch("django.test.client.conditional_content_removal"):
            for path in ("/", "/health/live/", "/api/zzz"):
                response = self.client.head(path, **PORTAL)
                self.assertEqual(response.content, b"", path)
                self.assertGreater(int(response.headers["Content-Length"]), 10)

    def test_a_subscriber_sees_nothing_of_another(self) -> None:
        ticket = Ticket.objects.create(subscriber=self.biju, topic="slow", subject="S", body="B")
        self.as_asha()
        for path in (f"/invoices/{self.other_invoice.number}/", f"/tickets/{ticket.pk}/"):
            self.assertEqual(self.client.get(path, **PORTAL).status_code, 404)
            self.assertEqual(self.client.post(path, {"body": "x"}, **PORTAL).status_code, 404)

    def test_the_console_is_for_staff(self) -> None:
        for path in STAFF:
            self.assertEqual(self.client.get(path, **CONSOLE).status_code, 302)
        self.as_asha()
        for path in [*STAFF, "/admin/"]:
            self.assertEqual(self.client.get(path, **CONSOLE).status_code, 302)
        self.as_operator()
        for path in [*STAFF, "/admin/", "/admin/billing/payment/", "/admin/accounts/subscriber/"]:
            self.assertEqual(self.client.get(path, **CONSOLE).status_code, 200, path)

    def test_each_log_in_takes_its_own_people(self) -> None:
        for user in (self.asha.user, self.operator):
            user.set_password("a password")
            user.save()
        cases = [
            ("C000001", PORTAL, True),
            ("operator", PORTAL, False),
            ("C000001", CONSOLE, False),
            ("operator", CONSOLE, True),
        ]
        for username, site, welcome in cases:
            with self.subTest(username=username, site=site):
                data = {"username": username, "password": "a password"}
                response = self.client.post("/login/", data, **site)
                self.assertEqual(response.status_code, 302 if welcome else 200)
                self.client.logout()

    def test_an_operator_without_an_account_is_sent_to_the_portals_log_in(self) -> None:
        self.as_operator()
        self.assertEqual(self.client.get("/account/", **PORTAL).status_code, 302)
