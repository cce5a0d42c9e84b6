"""A node that was killed for memory is named."""

from __future__ import annotations

import re

import pytest
from tools.content import Content
from tools.seat import Seat

pytestmark = pytest.mark.e2e

GREEDY = """[Service]
ExecStart=
ExecStart=/usr/bin/python3 -c "bytes(bytearray(1 << 30))"
"""


def test_a_node_that_is_killed_for_memory_is_named(seat: Seat, content: Content) -> None:
    content.write("images/django/files/etc/systemd/system/app.service.d/zz.conf", GREEDY)
    done = seat.run("up", seat.lab, "--ready-within", "15", BARELAB_CONTENT=str(content.root))
    assert done.returncode == 3
    told = done.stderr.partition("is not ready")[2]
    assert re.search(r"app1: processes were killed for memory \d+ times: the \d+ MiB", told), told
    assert "db1: processes" not in told
    seat.down()
