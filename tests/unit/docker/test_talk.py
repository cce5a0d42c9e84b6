"""Nothing of a program's output is lost, however it arrives."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker import APIClient

from barelab.backends.docker.talk import Reader

HEAD = b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
FRAMES = struct.pack(">BxxxL", 1, 4) + b"1.5\n" + struct.pack(">BxxxL", 2, 3) + b"odd"


@pytest.fixture(params=range(0, len(FRAMES) + 1, 5))
def answer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[object]:
    """An engine's answer to the start of a program; so many bytes come with its head."""
    at = request.param
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s"))
        listening.listen()

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                asked = b""
                while not asked.endswith(b"}"):
                    asked += connection.recv(1 << 16)
                connection.sendall(HEAD + FRAMES[:at])
                time.sleep(0.02)  # what is sent at once may arrive at once
                connection.sendall(FRAMES[at:])

        thread = threading.Thread(target=serve)
        thread.start()
        client = APIClient(base_url=f"unix://{tmp_path / 's'}", version="1.41")
        yield client.exec_start("id", socket=True)
        thread.join()
        client.close()


def test_output_that_comes_with_the_head_is_not_lost(answer: object) -> None:
    reader = Reader(answer)
    assert reader.collect(time.monotonic() + 5.0, 1 << 20) == (b"1.5\n", b"odd", False)
    reader.close()
