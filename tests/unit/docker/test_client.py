"""No call to the engine waits for ever."""

from __future__ import annotations

import socket
from pathlib import Path
from types import SimpleNamespace

import pytest
from requests.exceptions import ReadTimeout

from barelab.backends.docker import client as engine


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
