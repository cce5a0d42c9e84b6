"""A browser sends what a visitor's would: hidden fields, cookies, and where it is from."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest

from barelab.grading import Browser, Subject
from barelab.grading.evidence import Grounds
from barelab.grading.subject import PATIENCE_S
from barelab.model.app import Account

FORM = (
    '<input type="hidden" name="token" value="a&amp;b"><input type="hidden" name="next" value="">'
)
Site = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture
def asked() -> list[dict[str, Any]]:
    """The questions that the site was asked."""
    return []


@pytest.fixture
def browser(
    access: Any, backend: Any, asked: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> Browser:
    """Return a browser of a site that lets in at the second try."""
    monkeypatch.setattr("barelab.grading.browser._EVERY_S", 0.0)
    monkeypatch.setattr(type(access), "secret", lambda _, file: f"content of {file}")
    monkeypatch.setitem(access.lab.app.secrets, "PASSWORD_FILE", "password")
    monkeypatch.setitem(
        access.lab.app.accounts, "staff", Account("staff", "portal", "operator", "PASSWORD_FILE")
    )

    def answer(question: dict[str, Any]) -> dict[str, Any]:
        asked.append(question)
        page = {"status": 200, "body": base64.b64encode(FORM.encode()).decode()}
        if question.get("method") != "POST":
            return {**page, "headers": [["set-cookie", f"seen={len(asked)}; Path=/"]]}
        if len(asked) < 4:
            return page
        return {"status": 302, "headers": [["set-cookie", "session=s; HttpOnly; Secure"]]}

    backend.probe = answer
    return Browser(Subject(access, Grounds()), "portal")


def test_a_log_in_is_tried_until_the_account_is_there(
    browser: Browser, asked: list[dict[str, Any]]
) -> None:
    browser.log_in("staff")
    assert [question.get("method", "GET") for question in asked] == ["GET", "POST"] * 2
    sent = parse_qs(base64.b64decode(asked[-1]["body"]).decode(), keep_blank_values=True)
    assert sent == {
        "token": ["a&b"],
        "next": [""],
        "username": ["operator"],
        "password": ["content of password"],
    }
    headers = asked[-1]["headers"]
    assert headers["Cookie"] == "seen=3"
    assert headers["Referer"] == headers["Origin"] + "/login/"
    browser.get("/")
    assert asked[-1]["headers"] == {"Cookie": "seen=3; session=s"}


def test_a_page_without_a_form_is_told(browser: Browser, backend: Any) -> None:
    backend.probe = lambda _: {"status": 500}
    with pytest.raises(AssertionError, match="500, without a form"):
        browser.log_in("staff")


def test_who_is_refused_is_told(browser: Browser, backend: Any, asked: list[Any]) -> None:
    site: Site = backend.probe

    def refuse(question: dict[str, Any]) -> dict[str, Any]:
        return {"status": 403} if question.get("method") == "POST" else site(question)

    backend.probe = refuse
    with pytest.raises(AssertionError, match=r"operator logs in: .*403"):
        browser.log_in("staff")


def test_each_page_is_waited_for_as_long_as_the_visitor_waits(
    browser: Browser, asked: list[dict[str, Any]]
) -> None:
    patient = Browser(browser._on, "portal", patience_s=30.0)
    patient.send("/", {})
    browser.get("/")
    assert [question["timeout_s"] for question in asked] == [30.0, 30.0, PATIENCE_S]
