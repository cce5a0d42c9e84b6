"""A lab that does not become ready says which unit of which node, and what that said last."""

from __future__ import annotations

import pytest
from tools.content import Content
from tools.seat import Seat

pytestmark = pytest.mark.e2e

BROKEN = """[Service]
ExecStart=
ExecStart=/bin/sh -c 'echo the pool has no water; exit 7'
"""


def test_a_node_that_never_gets_ready_is_named_with_unit_and_journal(
    seat: Seat, content: Content
) -> None:
    content.write("images/django/files/etc/systemd/system/app.service.d/zz.conf", BROKEN)
    done = seat.run("up", seat.lab, "--ready-within", "15", BARELAB_CONTENT=str(content.root))
    assert done.returncode == 3
    assert "is not ready after 15 s: https://portal.simple.localhost" in done.stderr
    assert "app1: app.service is" in done.stderr
    assert "the pool has no water" in done.stderr
    assert "db1:" not in done.stderr.partition("is not ready")[2]
    seat.must("reset", "app1")
    seat.up()
    seat.down()
