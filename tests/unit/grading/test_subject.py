"""Asking: what is sent, what is told, and on what grounds it counts."""

from __future__ import annotations

import base64
import io
import tarfile
from typing import Any

import pytest

from barelab.backends.base import Output
from barelab.grading.evidence import Grounds, Told
from barelab.grading.reboot import reboot
from barelab.grading.subject import Subject
from barelab.support.errors import CouldNotTell


@pytest.fixture
def grounds() -> Grounds:
    """Return the grounds of a check that asked nothing yet."""
    return Grounds()


@pytest.fixture
def subject(access: Any, grounds: Grounds) -> Subject:
    """Return a subject that notes on them."""
    return Subject(access, grounds)


def _tar(name: str, content: bytes, kind: bytes = tarfile.REGTYPE) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        entry = tarfile.TarInfo(name)
        entry.type, entry.size = kind, len(content)
        entry.linkname = "/etc/shadow" if kind == tarfile.SYMTYPE else ""
        tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def test_each_request_has_a_nonce_of_its_own_and_goes_to_the_front(
    subject: Subject, backend: Any
) -> None:
    sent: list[dict[str, Any]] = []
    backend.probe = lambda question: sent.append(question) or {"status": 200}
    asked = subject.ask_site("portal", "/?page=2", times=3)
    assert len({question["url"] for question in sent}) == 3
    assert sent[0]["url"] == f"https://portal.tiny.localhost/?page=2&nonce={asked.nonces[0]}"
    assert (sent[0]["address"], sent[0]["port"]) == ("10.0.0.0", 443)


def test_a_silent_site_is_not_asked_again(subject: Subject, backend: Any) -> None:
    said = iter([{"status": 200}, {"error": "TimeoutError: timed out"}])
    backend.probe = lambda _: next(said)
    assert subject.told(subject.ask_site("portal", times=10)) == (
        "asked https://portal.tiny.localhost/ 2 times through web1: "
        "1 x 200, 1 x TimeoutError: timed out"
    )


def test_a_502_is_told_with_what_the_front_node_logged_of_that_request(
    subject: Subject, backend: Any
) -> None:
    asked_for: list[str] = []

    def answer(question: dict[str, Any]) -> dict[str, Any]:
        asked_for.append(question["url"].rpartition("=")[2])
        return {"status": 502}

    def log(*_: Any) -> Output:
        line = (
            "2026/01/01 10:00:00 [error] 99#99: *1 connect() failed (111: Connection refused)"
            " while connecting to upstream, client: 10.0.0.9, server: portal, request: "
            f'"GET /?nonce={asked_for[-1]} HTTP/1.1", upstream: "http://10.0.0.1:8001/", host: "p"'
        )
        return Output(0, f"noise\n{line}\n".encode(), b"")

    backend.probe, backend.says = answer, log
    assert subject.told(subject.ask_site("portal", times=2)) == (
        "asked https://portal.tiny.localhost/ 2 times through web1: 2 x 502, "
        "upstream probe:8001: connect() failed (111: Connection refused)"
    )


def test_without_a_log_a_502_is_told_alone(subject: Subject, backend: Any) -> None:
    def gone(*_: Any) -> Output:
        raise CouldNotTell("no journal")

    backend.probe, backend.says = lambda _: {"status": 502}, gone
    told = subject.told(subject.ask_site("portal"))
    assert told == "asked https://portal.tiny.localhost/ through web1: 502"


@pytest.mark.parametrize(
    ("ask", "outside"),
    [
        (lambda on: on.ask_site("portal"), True),
        (lambda on: on.probe("tcp", address="10.0.0.1", port=80), True),
        (lambda on: on.engine("web1"), True),
        (lambda on: on.file("web1", "/etc/hostname"), True),
        (lambda on: on.changes("web1"), True),
        (lambda on: on.run("web1", "true"), False),
        (lambda on: on.node("web1").run("true"), False),
    ],
)
def test_what_counts_as_an_answer_from_outside(
    subject: Subject, grounds: Grounds, backend: Any, ask: Any, outside: bool
) -> None:
    backend.files["/etc/hostname"] = _tar("hostname", b"web1\n")
    assert grounds.gave([ask(subject)]) is outside


def test_after_its_time_a_check_may_ask_no_more(grounds: Grounds) -> None:
    grounds.close()
    with pytest.raises(TimeoutError):
        grounds.note(Told())


def test_a_file_comes_with_its_content(subject: Subject, backend: Any) -> None:
    backend.files["/f"] = _tar("f", b"content")
    assert subject.file("web1", "/f") == b"content"


@pytest.mark.parametrize(
    "archive", [_tar("f", b"", tarfile.SYMTYPE), _tar("f", b"", tarfile.DIRTYPE), b"no tar at all"]
)
def test_what_is_no_regular_file_is_not_read(
    subject: Subject, backend: Any, archive: bytes
) -> None:
    backend.files["/f"] = archive
    with pytest.raises(CouldNotTell):
        subject.file("web1", "/f")


def test_testinfra_speaks_through_the_backend(subject: Subject, backend: Any) -> None:
    backend.says = lambda *_: Output(0, "grüße\n".encode(), b"")
    assert subject.node("web1").check_output("echo %s", "a b") == "grüße"
    assert backend.done == [("web1", "/bin/sh", "-c", "echo 'a b'")]


def test_a_reboot_ends_when_the_start_up_has(access: Any, backend: Any) -> None:
    ended = iter([137, 0])  # a node whose process 1 has not begun yet ends what is asked there
    backend.says = lambda *_: Output(next(ended), b"", b"")
    reboot(access, ["web1"])
    assert backend.done[0] == ("restart", "web1")
    assert len(backend.done) == 3


def test_the_body_is_sent_as_it_is(subject: Subject, backend: Any) -> None:
    sent: list[dict[str, Any]] = []
    backend.probe = lambda question: sent.append(question) or {"status": 201}
    subject.ask_site("portal", method="POST", body=b"\x00x")
    assert base64.b64decode(sent[0]["body"]) == b"\x00x"
