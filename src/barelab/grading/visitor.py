"""A visitor who goes from one site to the other, as a log-in elsewhere and back takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from barelab.grading.evidence import Outside
from barelab.grading.subject import Subject
from barelab.launcher.probe import Answer

_HOPS = 8
_REDIRECTS = (301, 302, 303, 307)
# A log-in is work for several services.
_PATIENCE_S = 20.0


class Visitor:
    """A browser of all sites: follows redirects, and keeps the cookies of each host.

    Unlike `Browser` it adds no nonce to an address: one that was handed to it must stay as it is.
    `url` is where it is now, `seen` all the answers on the way.
    """

    def __init__(self, on: Subject) -> None:
        self._on = on
        self._cookies: dict[str, dict[str, str]] = {}
        self.url = ""
        self.seen: list[Outside] = []

    @property
    def host(self) -> str:
        """The host that the last answer is of."""
        return urlsplit(self.url).hostname or ""

    def go(self, url: str, fields: Mapping[str, str] | None = None) -> Answer:
        """Ask for a page or send a form, and follow where that leads; return the last answer."""
        answer = self._once(url, fields)
        for _ in range(_HOPS):
            if answer.status not in _REDIRECTS:
                break
            answer = self._once(urljoin(self.url, answer.header("location")), None)
        return answer

    def _once(self, url: str, fields: Mapping[str, str] | None) -> Answer:
        parts = urlsplit(url)
        jar = self._cookies.setdefault(parts.hostname or "", {})
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}
        headers["Referer"] = url
        question: dict[str, Any] = {}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"{parts.scheme}://{parts.netloc}"
            question = {"method": "POST", "body": urlencode(fields).encode()}
        if not jar:
            headers.pop("Cookie")
        answer = self._on.ask(url, headers=headers, timeout_s=_PATIENCE_S, **question)
        self.url = url
        self.seen.append(answer)
        for key, value in answer.headers:
            if key == "set-cookie":
                name, _, rest = value.partition("=")
                jar[name] = rest.partition(";")[0]
        return answer
