"""No call to the engine waits for ever, and none is lost to another that is made beside it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer
from types import SimpleNamespace

import pytest
from docker import APIClient
from requests.exceptions import ReadTimeout

from barelab.backends.docker import client as engine
from barelab.support.errors import EngineAway


class _Engine(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[APIClient]:
    """A client of an engine that has one answer to everything."""
    place = {"base_url": f"unix://{tmp_path / 's'}"}
    found = SimpleNamespace(version="1.41", arguments=place)
    monkeypatch.setattr(engine.endpoint, "find", lambda: found)
    with ThreadingUnixStreamServer(str(tmp_path / "s"), _Engine) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever).start()
        yield engine.connect(5.0)
        server.shutdown()


def test_a_thread_may_be_slow_while_others_ask_many_things(client: APIClient) -> None:
    adapter = client.get_adapter(client.base_url)
    slow = adapter.get_connection(f"{client.base_url}/v1.41/containers/slow/json")
    for number in range(100):
        client.inspect_container(str(number))
    assert slow.urlopen("GET", "/containers/slow/json", timeout=5.0).status == 200


def test_an_engine_that_is_frozen_ends_every_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = {"base_url": f"unix://{tmp_path / 's'}"}
    found = SimpleNamespace(version="1.41", arguments=place)
    monkeypatch.setattr(engine.endpoint, "find", lambda: found)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s"))
        listening.listen()
        client = engine.connect(0.2)
        with pytest.raises(ReadTimeout):
            client.attach_socket("id", params={"stream": 1})
        with pytest.raises(ReadTimeout):
            client.start("id")
        client.close()


@pytest.mark.parametrize(
    ("trouble", "way"),
    [
        (ReadTimeout("read timed out"), "restart it"),
        (TimeoutError("timed out"), "restart it"),
        (ConnectionRefusedError("Connection refused"), "offers to install one"),
    ],
)
def test_an_engine_that_stands_still_is_told_from_none(trouble: Exception, way: str) -> None:
    with pytest.raises(EngineAway, match=f"does not answer .*{way}"), engine.engine_errors():
        raise trouble
