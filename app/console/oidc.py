"""OpenID Connect: whom the identity provider vouches for, and what they may do here."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode

import jwt
import requests
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, User
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView

from console.models import CompanyAccount

logger = logging.getLogger(__name__)

# The provider's groups that count here, by which Django's groups of the same names are kept.
GROUPS = ("operators", "supervisors")
# Clocks of two machines differ by a little.
LEEWAY_S = 10
_ASK_AGAIN = "company_ask_again"


class CompanyBackend(OIDCAuthenticationBackend):
    """Lets those in whom the identity provider vouches for and who are in one of `GROUPS`."""

    def authenticate(  # only ever asked by the callback, never with a name and a password
        self, request: HttpRequest, *, nonce: str, code_verifier: str
    ) -> User | None:
        return super().authenticate(request, nonce=nonce, code_verifier=code_verifier)

    def get_user(self, user_id: Any) -> User | None:
        # The library's own would let in who has been made inactive.
        return ModelBackend.get_user(self, user_id)

    def verify_token(self, token: str, **kwargs: Any) -> dict[str, Any]:
        """Return the claims of an ID token that is signed, fresh, of our issuer and for us.

        The library checks signature, expiry and nonce, but neither issuer nor audience.
        """
        try:
            claims: dict[str, Any] = super().verify_token(token, **kwargs)
        except jwt.PyJWTError as error:
            raise SuspiciousOperation(f"ID token: {error}") from error
        audience = claims.get("aud")
        audiences = [audience] if isinstance(audience, str) else audience or []
        if claims.get("iss") != settings.OIDC_ISSUER:
            raise SuspiciousOperation(f"ID token of {claims.get('iss')!r}")
        if self.OIDC_RP_CLIENT_ID not in audiences:
            raise SuspiciousOperation(f"ID token for {audience!r}")
        if len(audiences) > 1 and claims.get("azp") != self.OIDC_RP_CLIENT_ID:
            raise SuspiciousOperation(f"ID token for {claims.get('azp')!r}")
        if not claims.get("sub") or "exp" not in claims:
            raise SuspiciousOperation("ID token without sub or exp")
        return claims

    def get_or_create_user(
        self, access_token: str, id_token: str, payload: dict[str, Any]
    ) -> User | None:
        """Return the user of verified claims, with rights as the claims have them now.

        The ID token holds all that is asked for; userinfo would be one more request.
        """
        groups = sorted({*GROUPS} & {*_words(payload.get("groups"))})
        name = str(payload.get("preferred_username") or "")[:150]
        known = CompanyAccount.objects.select_related("user")
        with transaction.atomic():
            account = known.filter(issuer=payload["iss"], subject=payload["sub"]).first()
            if account is None and groups:
                account = _new_account(name, payload)
            if account is not None:
                _give(account.user, payload, groups)
        if not groups:
            logger.warning("company account %r refused: in none of %s", name, ", ".join(GROUPS))
        if account is None or not groups:
            return None
        logger.info("company account %r logged in: %s", name, ", ".join(groups))
        return account.user


class BeginView(OIDCAuthenticationRequestView):
    """Sends the browser to the provider."""

    def get_extra_params(self, request: HttpRequest) -> dict[str, str]:
        # Otherwise the provider would send the same account again without a question.
        return {"prompt": "login"} if request.session.pop(_ASK_AGAIN, None) else {}


class CallbackView(OIDCAuthenticationCallbackView):
    """Takes the browser back from the provider."""

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            return super().get(request)
        except requests.RequestException as error:
            logger.error("identity provider: %s", _short(error))
            return self._back("The company's log-in does not answer. Try again in a moment.")
        except SuspiciousOperation as error:
            logger.warning("company log-in refused: %s", error)
            return self._back("The log-in did not come to an end. Begin again.")

    def login_success(self) -> HttpResponse:
        response = super().login_success()
        # Then the provider is asked again, who may know by then that somebody has left. While its
        # own session lasts, that takes no password.
        self.request.session.set_expiry(settings.OIDC_SESSION_AGE)
        return response

    def login_failure(self) -> HttpResponse:
        if self.request.GET.get("error"):
            logger.warning("company log-in: %s", self.request.GET["error"][:100])
            return self._back("The log-in did not come to an end. Begin again.")
        self.request.session.pop("oidc_id_token", None)
        self.request.session[_ASK_AGAIN] = True
        return self._back("This company account may not use the console.")

    def _back(self, message: str) -> HttpResponse:
        messages.error(self.request, message)
        return HttpResponseRedirect(reverse("login"))


def logout_url(request: HttpRequest, id_token: str) -> str:
    """Return where the provider ends its own session, and then sends the browser back to us."""
    back = request.build_absolute_uri(reverse("login"))
    query = {
        "client_id": settings.OIDC_RP_CLIENT_ID,
        "id_token_hint": id_token,
        "post_logout_redirect_uri": back,
    }
    return f"{settings.OIDC_LOGOUT_URL}?{urlencode(query)}"


def _new_account(name: str, claims: dict[str, Any]) -> CompanyAccount | None:
    """Return the account of a new user of that name; None where the name is another's.

    A local log-in is never taken over, whatever the provider calls its accounts.
    """
    if not name or User.objects.filter(username=name).exists():
        logger.warning("company account %r refused: the name is a local log-in's", name)
        return None
    user = User.objects.create_user(username=name)
    return CompanyAccount.objects.create(user=user, issuer=claims["iss"], subject=claims["sub"])


def _give(user: User, claims: dict[str, Any], groups: list[str]) -> None:
    """Write down what the provider says now; who is in no group any more loses all of it."""
    user.first_name = str(claims.get("given_name") or "")[:150]
    user.last_name = str(claims.get("family_name") or "")[:150]
    user.email = str(claims.get("email") or "")[:254]
    user.is_staff = bool(groups)
    # Only a local log-in may do everything.
    user.is_superuser = False
    user.save()
    user.groups.set([Group.objects.get_or_create(name=name)[0] for name in groups])


def _words(value: object) -> list[str]:
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
