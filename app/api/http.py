"""What all API views share: the token, JSON in, JSON out, errors as JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import wraps
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

logger = logging.getLogger(__name__)
View = Callable[..., HttpResponse]


class ApiError(Exception):
    """A request that is refused: its status, a code for programs and a sentence for people."""

    def __init__(
        self, status: int, code: str, message: str, fields: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.fields = status, code, fields

    def response(self) -> JsonResponse:
        error: dict[str, Any] = {"code": self.code, "message": str(self)}
        if self.fields:
            error["fields"] = self.fields
        response = answer({"error": error}, self.status)
        if self.status == 401:
            response.headers["WWW-Authenticate"] = 'Bearer realm="api"'
        return response


def answer(body: dict[str, Any], status: int = 200) -> JsonResponse:
    """Return a JSON answer that nobody in between keeps."""
    response = JsonResponse(body, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def endpoint(**methods: View) -> View:
    """Return a view of one address: a function for each method, behind the token.

    >>> endpoint(GET=list_payments, POST=create_payment)
    """

    @csrf_exempt  # the token is not a cookie: no other site can make a browser send it
    @wraps(next(iter(methods.values())))
    def view(request: HttpRequest, **arguments: str) -> HttpResponse:
        try:
            _authenticate(request)
            handler = methods.get("GET" if request.method == "HEAD" else request.method or "")
            if handler is None:
                response = ApiError(405, "method", "This method is not allowed here.").response()
                response.headers["Allow"] = ", ".join(methods)
                return response
            return handler(request, **arguments)
        except ApiError as error:
            logger.info("api refused %s %s: %s", request.method, request.path, error)
            return error.response()

    return view


def body_of(request: HttpRequest, known: set[str]) -> dict[str, Any]:
    """Return the request's JSON object, numbers as Decimal.

    Raises:
        ApiError: no JSON, nothing that can be stored, no object, or a name that is not known.
    """
    if request.content_type != "application/json":
        raise ApiError(415, "media-type", "Send application/json.")
    try:
        body = json.loads(request.body, parse_float=Decimal, parse_constant=_refuse)
        # Half of a surrogate pair is no character: nothing that comes after could write it.
        json.dumps(body, ensure_ascii=False, default=str).encode()
    except RequestDataTooBig as error:
        raise ApiError(413, "too-large", "The body is too large.") from error
    except (ValueError, InvalidOperation, RecursionError) as error:
        raise ApiError(400, "json", "The body is not JSON.") from error
    if not isinstance(body, dict):
        raise ApiError(400, "json", "The body must be a JSON object.")
    unknown = {name: "This field is not known." for name in sorted(set(body) - known)}
    if unknown:
        raise ApiError(422, "invalid", "Some fields are not right.", unknown)
    return body


@csrf_exempt
def not_found(request: HttpRequest, **_arguments: str) -> HttpResponse:
    """Answer any other address below /api/ in JSON."""
    return ApiError(404, "not-found", "There is nothing at this address.").response()


def _authenticate(request: HttpRequest) -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    # Hashes have one length and are bytes: the comparison tells nothing by its time.
    given, wanted = (sha256(t.strip().encode()).digest() for t in (token, settings.API_TOKEN))
    if not settings.API_TOKEN or scheme.lower() != "bearer" or not compare_digest(given, wanted):
        raise ApiError(401, "token", "Send Authorization: Bearer with a valid token.")


def _refuse(constant: str) -> None:
    raise ValueError(constant)
