"""Who may see the console."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView, redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect


def staff_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let staff in, and send everybody else to the log-in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not (request.user.is_active and request.user.is_staff):
            return redirect_to_login(request.get_full_path())
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return guarded


class StaffLoginForm(AuthenticationForm):
    """Log-in for staff only; a subscriber learns no more than that it does not fit."""

    error_messages = {
        "invalid_login": "This name and password do not belong to an operator.",
        "inactive": "This log-in is closed.",
    }

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if not user.is_staff:
            raise self.get_invalid_login_error()


class StaffLoginView(LoginView):
    """Log-in with a company account, or with the local one that works without the company's."""

    template_name = "console/login.html"
    authentication_form = StaffLoginForm
    next_page = "home"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(company=bool(settings.OIDC_ISSUER), **kwargs)


class StaffLogoutView(LogoutView):
    """Log-out here, and from the company's own session where it was the way in."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        id_token = request.session.get("oidc_id_token")
        response = super().post(request, *args, **kwargs)
        if not (id_token and settings.OIDC_ISSUER):
            return response
        from console.oidc import logout_url

        return HttpResponseRedirect(logout_url(request, id_token))


class AnswerForm(forms.Form):
    """An operator's answer to a ticket."""

    body = forms.CharField(
        label="Answer", max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
