"""Each rule of the siem is an event within 30 s of its act, and everyday work is none."""

from __future__ import annotations

import json
import secrets
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tools.claims import running
from tools.whole import barelab, whole

from barelab.backends.base import SeatRef
from barelab.model.loading import load_lab
from barelab.support.wait import until

# Many nodes, and every act has its time.
pytestmark = [pytest.mark.e2e, pytest.mark.alone, pytest.mark.nightly]
LAB = "production"
SMALLER = ("--scale", "app=1", "--scale", "worker=1", "--without", "cdn1")
PROOFS = sorted((Path(__file__).resolve().parents[2] / "images/siem/tests").glob("*.yaml"))
EVENT_S = 30.0


@pytest.fixture(scope="module")
def seat() -> Iterator[SeatRef]:
    """Yield a seat with the lab up; nothing of it is left afterwards."""
    with whole(LAB, *SMALLER) as owner:
        yield owner


def test_what_people_do_every_day_is_no_event(seat: SeatRef) -> None:
    before = {each["told"] for each in _events(seat)}
    for path in PROOFS:
        _do(seat, path, "ordinary")
    # What is changed after it, in the slowest way to an event, is one when all of it was looked at.
    mark = f"/etc/verify-{secrets.token_hex(8)}"
    for node in {_node(path) for path in PROOFS}:
        running(seat)(node, f"touch {mark}-{node}; sleep 11; rm {mark}-{node}")
    until(lambda: mark in json.dumps(_events(seat)[-1:]), EVENT_S, every_s=1)
    new = [each for each in _events(seat) if each["told"] not in before]
    assert any(mark in each["evidence"] for each in new), new
    assert not [each for each in new if mark not in each["evidence"]]


@pytest.mark.parametrize("path", PROOFS, ids=lambda path: path.stem)
def test_an_act_is_an_event_within_its_time(seat: SeatRef, path: Path) -> None:
    before = {each["told"] for each in _events(seat)}
    _do(seat, path, "act")

    def told() -> bool:
        found = _events(seat, "--rule", path.stem)
        return any(each["told"] not in before and each["evidence"] for each in found)

    assert until(told, EVENT_S, every_s=1), _events(seat)[-3:]


def _do(seat: SeatRef, path: Path, what: str) -> None:
    """Do what a rule's proof says, on the first node of the role that it names."""
    lab = load_lab(LAB)
    words = {
        "FRONT": lab.front,
        "PORTAL": lab.host(lab.sites[0]),
        "DATABASE": lab.with_role("postgres")[0].name,
        "MAIL": lab.with_role("mail")[0].name,
        "IDENTITY": lab.with_role("iam")[0].name,
        "WORD": secrets.token_hex(8),
    }
    given = "\n".join(f"{name}={shlex.quote(value)}" for name, value in words.items())
    running(seat)(_node(path), f"{given}\n{yaml.safe_load(path.read_text())[what]}")


def _node(path: Path) -> str:
    return load_lab(LAB).with_role(yaml.safe_load(path.read_text())["at"])[0].name


def _events(seat: SeatRef, *which: str) -> list[dict[str, Any]]:
    siem = load_lab(LAB).with_role("siem")[0].name
    command = ("siem-events", "-n", "10000", "--json", *which)
    said = barelab("exec", siem, "--lab", LAB, "--seat", seat.seat, "--", *command)
    return [json.loads(line) for line in said.stdout.splitlines()]
