"""A browser at one site: keeps cookies, and sends a page's form as a visitor would."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from barelab.grading.answers import Asked
from barelab.grading.subject import PATIENCE_S, Subject
from barelab.support.wait import until

# A new lab makes its first log-ins when all else is done.
LOG_IN_S = 75.0
_EVERY_S = 2.0
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_FORM = "application/x-www-form-urlencoded"


class Browser:
    """One visitor of one site, who waits so long for each page."""

    def __init__(self, on: Subject, site: str, patience_s: float = PATIENCE_S) -> None:
        self._on, self._site, self._patience_s = on, site, patience_s
        self._cookies: dict[str, str] = {}

    def cookie(self, name: str) -> str:
        """Return the value of a cookie, an empty text where it has none of that name."""
        return self._cookies.get(name, "")

    def get(self, path: str, **question: Any) -> Asked:
        """Ask for a page."""
        return self._kept(self._on.ask_site(self._site, path, **self._as_visitor(question)))

    def hidden(self, path: str) -> dict[str, str]:
        """Return the hidden fields of a page's form.

        Raises:
            AssertionError: the page has none.
        """
        return self._fields(self.get(path))

    def _fields(self, page: Asked) -> dict[str, str]:
        fields = dict(_HIDDEN.findall(page.first.text))
        assert page.all_have(200) and fields, f"{self._on.told(page)}, without a form"
        return {name: html.unescape(value) for name, value in fields.items()}

    def send(self, path: str, fields: Mapping[str, str], *, form: str = "") -> Asked:
        """Fetch a page with a form, fill it in and send it.

        `form` is a pattern whose one group finds the form's address in the page; without one it
        goes to the page's own.

        Raises:
            AssertionError: the page has no such form.
        """
        page = self.get(path)
        found = re.search(form, page.first.text)
        assert found, f"{self._on.told(page)}, and has no form that fits {form}"
        body = urlencode({**self._fields(page), **fields}).encode()
        return self.post(found[1] if form else path, body, _FORM)

    def post(self, path: str, body: bytes, kind: str, **question: Any) -> Asked:
        """Send a body of that media type, with the origin that a browser names."""
        headers = {"Content-Type": kind, "Origin": self._origin, "Referer": self._origin + path}
        return self.get(path, method="POST", body=body, headers=headers, **question)

    def log_in(self, account: str, path: str = "/login/") -> None:
        """Log in as an account of app.yaml, when a new lab has made it.

        Raises:
            AssertionError: there is no form, or it lets nobody in.
        """
        who = self._on.lab.app.accounts[account]
        password = self._on.secret(self._on.lab.app.secrets[who.password])
        sent: list[Asked] = []

        def decided() -> bool:
            sent.append(self.send(path, {"username": who.username, "password": password}))
            return not sent[-1].all_have(200)  # that is the form again: no such log-in yet

        until(decided, LOG_IN_S, every_s=_EVERY_S)
        assert sent[-1].all_have(302), f"{who.username} logs in: {self._on.told(sent[-1])}"

    def _as_visitor(self, question: dict[str, Any]) -> dict[str, Any]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        known = {"Cookie": cookies} if cookies else {}
        headers = {**known, **question.get("headers", {})}
        return {"timeout_s": self._patience_s, **question, "headers": headers}

    def _kept(self, asked: Asked) -> Asked:
        parts = urlsplit(asked.url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        for key, value in asked.first.headers:
            if key == "set-cookie":
                name, _, rest = value.partition("=")
                self._cookies[name] = rest.partition(";")[0]
        return asked
