"""A whole lab for the tests of one module: up once, asked, and gone."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from barelab.backends.base import SeatRef


@contextmanager
def whole(lab: str, *options: str) -> Iterator[SeatRef]:
    """Yield a seat with the lab up; nothing of it is left afterwards."""
    owner = SeatRef(lab, f"{lab}-{secrets.token_hex(3)}")
    try:
        up = barelab("up", lab, "--seat", owner.seat, *options)
        assert up.returncode == 0, up.stderr
        yield owner
    finally:
        barelab("down", lab, "--seat", owner.seat)
    left = json.loads(barelab("census", "--json").stdout)["resources"]
    assert not [each for each in left if each["seat"] == owner.seat]


def assert_all_true(owner: SeatRef, at_least: int) -> None:
    """Have `verify` find nothing wrong in at least so many checks."""
    said = barelab("verify", owner.lab, "--seat", owner.seat, "--json")
    checks = json.loads(said.stdout)["checks"]
    wrong = [check for check in checks if check["verdict"] != "pass"]
    assert not wrong, json.dumps(wrong, indent=2)
    assert len(checks) >= at_least


def barelab(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of barelab's to its end."""
    command = [sys.executable, "-m", "barelab", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=1500, check=False)
