"""The engine is found where it usually listens, and spoken to in a version that it knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from barelab.backends.docker import endpoint
from barelab.backends.docker.client import connect, denied
from barelab.support.errors import EngineAway


@pytest.mark.parametrize(
    ("newest", "spoken"),
    [("1.41", "1.41"), ("1.43", "1.41"), ("1.44", "1.44"), ("1.56", "1.44"), ("", "1.41")],
)
def test_the_spoken_version_is_one_that_we_know_and_the_engine_too(
    newest: str, spoken: str
) -> None:
    assert endpoint.spoken(newest) == spoken


def test_sockets_of_rootless_engines_desktop_and_colima_are_looked_for() -> None:
    found = endpoint.sockets({"XDG_RUNTIME_DIR": "/run/user/1000"}, Path("/home/u"))
    assert [str(path) for path in found] == [
        "/var/run/docker.sock",
        "/run/user/1000/docker.sock",
        "/home/u/.docker/run/docker.sock",
        "/home/u/.docker/desktop/docker.sock",
        "/home/u/.colima/default/docker.sock",
    ]


def test_an_engine_that_the_user_names_is_the_only_one_tried(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/gone.sock")
    with pytest.raises(EngineAway, match="does not answer"):
        connect(1.0)


def test_a_refused_socket_is_told_from_a_missing_one() -> None:
    outer = RuntimeError("connection aborted")
    outer.__cause__ = PermissionError(13, "Permission denied")
    assert denied(outer)
    assert not denied(FileNotFoundError(2, "No such file or directory"))
