"""The front door is asked as a browser asks, at a real port with a real certificate."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest

from barelab.backends.base import Backend, SeatRef
from barelab.launcher.front import Front
from barelab.launcher.probe import Answer, Probe
from barelab.model.loading import load_lab
from barelab.render.nodes import Site
from barelab.render.secrets import SeatSecrets, new_key
from barelab.support.errors import CouldNotTell, EngineAway

OWNER = SeatRef("simple", "mine")
LAB = load_lab("simple")
SHOWN = LAB.app.sites[LAB.sites[0]].shows or ""
SECRETS = SeatSecrets(new_key(), "simple")
PAGE = Answer(200, (), b"", 0.1, {}, "", True)


class Door(BaseHTTPRequestHandler):
    """A site that gives its pages one after the other, the last one again and again."""

    pages: list[tuple[int, str]]
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.headers["Host"])
        status, text = self.pages.pop(0) if len(self.pages) > 1 else self.pages[0]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def served(
    folder: Path, secrets: SeatSecrets, *pages: tuple[int, str]
) -> Iterator[tuple[int, Any]]:
    """Yield the port of a site with a certificate by the seat's authority, and its handler."""
    names = LAB.hosts
    (folder / "chain").write_bytes(secrets.make("certificate", "site", names))
    (folder / "key").write_bytes(secrets.make("private-key", "site", names))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "chain", folder / "key")
    handler = type("Handler", (Door,), {"pages": list(pages), "asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_port, handler
        finally:
            server.shutdown()


class Inside:
    """A probe that answers as it is told, one time after the other."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers, self.closed = list(answers), 0

    def http(self, *_: Any, **__: Any) -> Answer:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        self.closed += 1


def front(port: int, probe: Inside | None = None) -> Front:
    places = {node.name: {"public": "10.0.0.2"} for node in LAB.nodes}
    site = Site("mine", places, {}, {"https": port} if port else {}, dict)
    made = Front(cast(Backend, None), LAB, OWNER, site, SECRETS.authority_pem)
    made._probe = cast(Probe, probe or Inside())
    return made


def test_a_page_is_waited_for_until_it_shows_data(tmp_path: Path) -> None:
    pages = (502, "no"), (200, "nothing yet"), (200, f"<b>{SHOWN}</b>")
    with served(tmp_path, SECRETS, *pages) as (port, site):
        answer = front(port).page(30.0)
    assert (answer.matched, answer.status) == (True, 200)
    assert site.asked == [f"{LAB.host(LAB.sites[0])}:{port}"] * 3


def test_what_answers_is_believed_and_the_probe_not_asked(tmp_path: Path) -> None:
    with served(tmp_path, SECRETS, (502, "no")) as (port, _):
        answer = front(port).page(0.0)
    assert (answer.matched, answer.told()) == (False, "502")


def test_a_page_by_another_authority_is_none(tmp_path: Path) -> None:
    other = SeatSecrets(new_key(), "simple")
    refused = Inside(Answer(0, (), b"", 0.0, {}, "refused", False))
    with served(tmp_path, other, (200, SHOWN)) as (port, site):
        assert not front(port, refused).page(0.0).matched
    assert site.asked == []


@pytest.mark.parametrize("port", [0, 1])
def test_where_nothing_answers_here_the_probe_is_asked(port: int) -> None:
    assert front(port, Inside(PAGE)).page(0.0).matched


def test_a_slow_probe_is_a_page_that_is_not_there_yet_and_started_anew() -> None:
    probe = Inside(CouldNotTell("no answer within 15 s"), PAGE)
    asked = front(0, probe)
    assert not asked.page(0.0).matched
    assert probe.closed == 1
    assert asked.page(0.0).matched


def test_an_engine_that_is_away_is_told_at_once() -> None:
    with pytest.raises(EngineAway):
        front(0, Inside(EngineAway("it does not answer"))).page(0.0)
