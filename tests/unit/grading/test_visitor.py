"""A visitor follows redirects from host to host, and shows each host its own cookies only."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qs

from barelab.grading import Subject, Visitor
from barelab.grading.evidence import Grounds

HERE, THERE = "https://console.tiny.localhost", "https://identity.tiny.localhost:8443"


def test_a_visitor_goes_there_and_back_with_the_cookies_of_each_host(
    access: Any, backend: Any
) -> None:
    asked: list[dict[str, Any]] = []
    answers = {
        f"{HERE}/login/": {"status": 302, "to": f"{THERE}/form?nonce=n", "cookie": "a=1; Path=/"},
        f"{THERE}/form?nonce=n": {"status": 200, "to": "", "cookie": "b=2; Secure"},
        f"{THERE}/send": {"status": 303, "to": f"{HERE}/back", "cookie": "b=3"},
        f"{HERE}/back": {"status": 302, "to": "/", "cookie": "a=4"},
        f"{HERE}/": {"status": 200, "to": "", "cookie": "c=5"},
    }

    def answer(question: dict[str, Any]) -> dict[str, Any]:
        asked.append(question)
        found = answers[question["url"]]
        headers = [["location", found["to"]], ["set-cookie", found["cookie"]]]
        return {"status": found["status"], "headers": headers}

    backend.probe = answer
    visitor = Visitor(Subject(access, Grounds()))
    visitor.go(f"{HERE}/login/")
    assert visitor.host == "identity.tiny.localhost"
    visitor.go(f"{THERE}/send", {"username": "a b"})
    assert (visitor.url, len(visitor.seen)) == (f"{HERE}/", 5)
    sent = [question["headers"].get("Cookie", "") for question in asked]
    assert sent == ["", "", "b=2", "a=1", "a=4"]
    assert parse_qs(base64.b64decode(asked[2]["body"]).decode()) == {"username": ["a b"]}
    assert asked[2]["headers"]["Origin"] == THERE
