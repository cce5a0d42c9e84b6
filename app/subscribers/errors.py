"""The answers to what no view foresaw: JSON to programs, a page to people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the 400 answer, for example to a thousand parameters."""
    if request.path.startswith("/api/"):
        error = {"code": "bad-request", "message": "This request cannot be answered."}
        return JsonResponse({"error": error}, status=400)
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the 500 answer."""
    if request.path.startswith("/api/"):
        error = {"code": "server-error", "message": "Something went wrong on our side."}
        return JsonResponse({"error": error}, status=500)
    return defaults.server_error(request)
