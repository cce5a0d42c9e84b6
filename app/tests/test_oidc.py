"""The console's log-in with a company account: who gets in, as whom, and who does not."""

from __future__ import annotations

import time
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import override_settings
from jwt.algorithms import ECAlgorithm
from mozilla_django_oidc.utils import generate_code_challenge

from tests.things import CONSOLE, PORTAL, SiteTestCase

ISSUER = "https://identity.test.localhost:8443/realms/company"
BACK = "/login/company/callback/"
KEY, OTHER_KEY = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))

with_provider = override_settings(
    AUTHENTICATION_BACKENDS=[
        "django.contrib.auth.backends.ModelBackend",
        "console.oidc.CompanyBackend",
    ],
    OIDC_ISSUER=ISSUER,
    OIDC_OP_AUTHORIZATION_ENDPOINT=f"{ISSUER}/auth",
    OIDC_LOGOUT_URL=f"{ISSUER}/logout",
    OIDC_OP_TOKEN_ENDPOINT="https://iam1/token",
    OIDC_OP_JWKS_ENDPOINT="https://iam1/keys",
    OIDC_OP_USER_ENDPOINT="",
    OIDC_RP_CLIENT_ID="console",
    OIDC_RP_CLIENT_SECRET="a secret",
    OIDC_RP_SIGN_ALGO="ES256",
    OIDC_RP_SCOPES="openid profile email",
    OIDC_USE_PKCE=True,
    OIDC_TOKEN_USE_BASIC_AUTH=True,
    OIDC_STORE_ID_TOKEN=True,
    OIDC_VERIFY_SSL="/ca.crt",
    OIDC_TIMEOUT=5,
    OIDC_AUTHENTICATION_CALLBACK_URL="company-callback",
    OIDC_SESSION_AGE=3600,
)


class Answer:
    """What `requests` gives back."""

    status_code = 200
    url, text = "", ""

    def __init__(self, body: dict[str, Any]) -> None:
        self._body = body

    def json(self) -> dict[str, Any]:
        return self._body

    def raise_for_status(self) -> None:
        """All is well."""


@with_provider
class CompanyTestCase(SiteTestCase):
    """A browser, and a provider that answers as the real one does."""

    def begin(self, path: str = "/login/company/") -> dict[str, str]:
        """Return what the browser is sent to the provider with."""
        response = self.client.get(path, secure=True, **CONSOLE)
        self.assertEqual(response.status_code, 302)
        self.sent_to, _, query = response.headers["Location"].partition("?")
        return {name: value[0] for name, value in parse_qs(query).items()}

    def come_back(self, asked: dict[str, str], key: Any = KEY, **claims: Any) -> HttpResponse:
        """Return the answer to the provider's redirect, with an ID token of these claims."""
        now = int(time.time())
        given = {
            **{"iss": ISSUER, "aud": "console", "sub": "s-1", "iat": now, "exp": now + 60},
            **{"nonce": asked["nonce"], "preferred_username": "anita", "given_name": "Anita"},
            **{"family_name": "Rao", "email": "anita@company.example", "groups": ["operators"]},
            **claims,
        }
        token = jwt.encode(given, key, algorithm="ES256", headers={"kid": "k"})
        public = ECAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
        keys = {"keys": [{**public, "kid": "k", "alg": "ES256"}]}
        answer = Answer({"id_token": token, "access_token": "a"})
        with (
            mock.patch("mozilla_django_oidc.auth.requests.post", return_value=answer) as self.post,
            mock.patch("mozilla_django_oidc.auth.requests.get", return_value=Answer(keys)),
        ):
            query = {"code": "c", "state": asked["state"]}
            return self.client.get(BACK, query, secure=True, **CONSOLE)

    def log_in(self, **claims: Any) -> HttpResponse:
        return self.come_back(self.begin(), **claims)

    def assert_out(self, response: HttpResponse) -> None:
        self.assertRedirects(response, "/login/", fetch_redirect_response=False)
        self.assertNotIn("_auth_user_id", self.client.session)


class FlowTests(CompanyTestCase):
    def test_the_browser_is_sent_with_a_challenge_and_the_secret_stays_here(self) -> None:
        asked = self.begin("/login/company/?next=/tickets/")
        self.assertEqual(self.sent_to, f"{ISSUER}/auth")
        self.assertEqual(asked["redirect_uri"], f"https://{CONSOLE['HTTP_HOST']}{BACK}")
        self.assertEqual(asked["code_challenge_method"], "S256")
        response = self.come_back(asked)
        self.assertEqual(response.headers["Location"], "/tickets/")
        sent = self.post.call_args.kwargs
        self.assertEqual((sent["auth"].username, sent["auth"].password), ("console", "a secret"))
        self.assertEqual(sent["verify"], "/ca.crt")
        made = generate_code_challenge(sent["data"]["code_verifier"], "S256")
        self.assertEqual(asked["code_challenge"], made)

    def test_a_log_in_holds_an_hour_and_no_other_site_is_a_way_back(self) -> None:
        response = self.come_back(self.begin("/login/company/?next=https://evil.example/"))
        self.assertEqual(response.headers["Location"], "/")
        self.assertEqual(self.client.session.get_expiry_age(), 3600)

    def test_an_answer_that_nobody_asked_for_is_refused(self) -> None:
        self.assert_out(self.come_back({"nonce": "n", "state": "guessed"}))
        asked = self.begin()
        self.assert_out(self.come_back({**asked, "state": "guessed"}))
        self.come_back(asked)
        self.client.logout()
        self.assert_out(self.come_back(asked))

    def test_tokens_that_are_not_for_us_are_refused(self) -> None:
        cases: list[dict[str, Any]] = [
            {"iss": "https://evil.example"},
            {"aud": "portal"},
            {"aud": ["console", "portal"], "azp": "portal"},
            {"exp": int(time.time()) - 60},
            {"nonce": "another"},
            {"sub": ""},
            {"key": OTHER_KEY},
        ]
        for claims in cases:
            with self.subTest(**claims):
                self.assert_out(self.log_in(**claims))
        self.assertFalse(User.objects.filter(username="anita").exists())

    def test_a_provider_that_is_away_is_said_and_the_local_log_in_is_there(self) -> None:
        asked = self.begin()
        away = requests.ConnectionError("refused")
        with mock.patch("mozilla_django_oidc.auth.requests.post", side_effect=away):
            response = self.client.get(BACK, {"code": "c", "state": asked["state"]}, **CONSOLE)
        self.assert_out(response)
        page = self.client.get("/login/", **CONSOLE)
        self.assertContains(page, "does not answer")
        self.operator.set_password("in the safe")
        self.operator.save()
        form = {"username": "operator", "password": "in the safe"}
        self.assertRedirects(
            self.client.post("/login/", form, **CONSOLE), "/", fetch_redirect_response=False
        )

    def test_log_out_ends_the_companys_session_too(self) -> None:
        self.log_in()
        where = urlsplit(self.client.post("/logout/", secure=True, **CONSOLE).headers["Location"])
        self.assertEqual(f"{where.scheme}://{where.netloc}{where.path}", f"{ISSUER}/logout")
        query = parse_qs(where.query)
        self.assertTrue(query["id_token_hint"])
        back = f"https://{CONSOLE['HTTP_HOST']}/login/"
        self.assertEqual(query["post_logout_redirect_uri"], [back])
        self.assertNotIn("_auth_user_id", self.client.session)

    def test_a_local_log_in_logs_out_here_alone(self) -> None:
        self.as_operator()
        response = self.client.post("/logout/", **CONSOLE)
        self.assertRedirects(response, "/", fetch_redirect_response=False)


class RightsTests(CompanyTestCase):
    def test_groups_are_taken_over_at_each_log_in(self) -> None:
        self.log_in(groups=["operators", "supervisors", "canteen"])
        user = User.objects.get(username="anita")
        names = {group.name for group in user.groups.all()}
        self.assertEqual(names, {"operators", "supervisors"})
        self.assertTrue(user.is_staff)
        self.assertFalse(user.is_superuser or user.has_usable_password())
        self.client.logout()
        self.log_in(groups=["operators"], preferred_username="anita.das", family_name="Das")
        user.refresh_from_db()
        self.assertEqual([group.name for group in user.groups.all()], ["operators"])
        self.assertEqual((user.username, user.last_name), ("anita", "Das"))

    def test_who_is_in_no_group_does_not_get_in_and_may_try_another_account(self) -> None:
        for groups in ([], ["canteen"], "operators", None):
            with self.subTest(groups=groups):
                self.assert_out(self.log_in(groups=groups))
        self.assertFalse(User.objects.filter(username="anita").exists())
        self.assertContains(self.client.get("/login/", **CONSOLE), "may not use the console")
        self.assertEqual(self.begin()["prompt"], "login")
        self.assertNotIn("prompt", self.begin())

    def test_who_has_left_the_groups_loses_what_he_had(self) -> None:
        self.log_in()
        self.client.logout()
        self.assert_out(self.log_in(groups=[]))
        user = User.objects.get(username="anita")
        self.assertFalse(user.is_staff or user.groups.exists())

    def test_a_local_log_in_is_never_taken_over(self) -> None:
        self.assert_out(self.log_in(preferred_username="operator"))
        self.operator.refresh_from_db()
        self.assertTrue(self.operator.is_superuser)

    def test_who_is_made_inactive_here_does_not_get_in(self) -> None:
        self.log_in()
        User.objects.filter(username="anita").update(is_active=False)
        self.assertEqual(self.client.get("/", **CONSOLE).status_code, 302)
        self.client.logout()
        self.assert_out(self.log_in())


class PageTests(CompanyTestCase):
    def test_the_page_offers_both_ways_in(self) -> None:
        page = self.client.get("/login/?next=/tickets/", **CONSOLE)
        self.assertContains(page, 'href="/login/company/?next=/tickets/"')
        self.assertContains(page, 'name="password"')

    def test_the_portal_has_no_company_log_in(self) -> None:
        self.assertEqual(self.client.get("/login/company/", **PORTAL).status_code, 404)
        self.assertEqual(self.client.get(BACK, **PORTAL).status_code, 404)

    @override_settings(OIDC_ISSUER="")
    def test_without_a_provider_there_is_only_the_local_one(self) -> None:
        self.assertNotContains(self.client.get("/login/", **CONSOLE), "company")
        for path in ("/login/company/", BACK):
            self.assertEqual(self.client.get(path, **CONSOLE).status_code, 404)
