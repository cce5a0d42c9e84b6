"""In a lab with Patroni databases change places by themselves, and every node finds its place."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from tools.databases import ask, backups, verified, write, written_on
from tools.seat import Seat

from barelab.support.wait import until

if TYPE_CHECKING:
    from docker import APIClient

pytestmark = pytest.mark.e2e

LIMIT_S = 900.0
# The lock of a lost leader lasts 20 s; a machine that is busy with more takes its time.
FAILOVER_S = 60.0
WHOLE_S = 120.0
BACKUP_S = 90.0


@pytest.fixture(scope="module")
def seat(tmp_path_factory: pytest.TempPathFactory, engine: APIClient) -> Iterator[Seat]:
    """A seat that is up; each test leaves a leader and a synchronous standby."""
    home = tmp_path_factory.mktemp("seat")
    found = Seat(f"t-{secrets.token_hex(4)}", home, engine, "redundant-ha")
    try:
        found.up(limit_s=LIMIT_S)
        whole(found)
        yield found
    finally:
        found.close()


def test_a_killed_server_is_replaced_and_follows_then(seat: Seat) -> None:
    leader, standby = whole(seat)
    write(seat, leader, "before-kill")
    seat.must("exec", leader, "--", "sudo", "pkill", "-KILL", "-o", "-x", "postgres")
    assert until(lambda: roles(seat, standby).get(standby) == "leader", FAILOVER_S)
    assert whole(seat) == (standby, leader)
    assert "before-kill" in written(seat)


def test_a_lost_machine_is_replaced_and_follows_when_it_is_back(seat: Seat) -> None:
    leader, standby = whole(seat)
    write(seat, leader, "before-loss")
    seat.engine.kill(seat.things()[f"barelab.{seat.lab}.{seat.name}.{leader}"])
    assert until(lambda: roles(seat, standby).get(standby) == "leader", FAILOVER_S)
    write(seat, standby, "meanwhile")
    seat.up()
    assert whole(seat) == (standby, leader)
    assert {"before-loss", "meanwhile"} <= written(seat)


def test_places_are_changed_on_purpose(seat: Seat) -> None:
    leader, standby = whole(seat)
    switch = ("patroni-admin", "switchover", "--leader", leader, "--candidate", standby, "--force")
    seat.must("exec", leader, "--", *switch)
    assert whole(seat) == (standby, leader)


@pytest.mark.parametrize("node", ["db1", "db2", "witness1"])
def test_a_node_made_anew_comes_back_into_its_place(seat: Seat, node: str) -> None:
    leader, _ = whole(seat)
    write(seat, leader, f"before-{node}")
    seat.must("reset", node, limit_s=LIMIT_S)
    # Its lock outlives it for a while, and the list says so; it must not lead with what it has now.
    assert until(lambda: whole(seat)[0] != node, FAILOVER_S), "a node without data leads"
    assert f"before-{node}" in written(seat)
    assert until(lambda: members(seat) == ["db1", "db2", "witness1"], WHOLE_S)


def test_all_nodes_off_and_on_again_are_whole(seat: Seat) -> None:
    leader, _ = whole(seat)
    write(seat, leader, "before-off")
    for name, id_ in sorted(seat.things().items(), reverse=True):
        if not name.endswith(("public", "private")):
            seat.engine.kill(id_)
    seat.up()
    whole(seat)
    assert "before-off" in written(seat)


def test_verify_passes(seat: Seat) -> None:
    assert {"replication", "backup", "etcd", "patroni"} <= verified(seat, LIMIT_S)


def test_a_moment_before_a_mistake_comes_back_on_both(seat: Seat) -> None:
    leader, standby = whole(seat)
    assert until(lambda: "full backup" in backups(seat), BACKUP_S, 1.0)
    write(seat, leader, "kept")
    moment = ask(seat, leader, "SELECT clock_timestamp()")
    write(seat, leader, "mistake")
    seat.must("exec", leader, "--", "go-back", moment)
    assert whole(seat) == (leader, standby)
    assert written(seat) & {"kept", "mistake"} == {"kept"}


def test_replication_is_as_it_was_asked_for(seat: Seat, new_seat: Callable[..., Seat]) -> None:
    asked = ("--set", "replication=asynchronous")
    refused = seat.run("up", seat.lab, *asked)
    assert refused.returncode == 2
    assert "is up with replication=synchronous" in refused.stderr
    another = new_seat(seat.lab)
    another.up(*asked, limit_s=LIMIT_S)
    assert mode(seat), "the lab of the other tests waits for its standby"
    assert not mode(another)
    assert another.steps() == []


def mode(seat: Seat) -> bool:
    """Return whether Patroni keeps a standby synchronous."""
    settings = seat.must("exec", "db1", "--", "patroni-admin", "show-config").stdout
    return "synchronous_mode: true" in settings


def whole(seat: Seat) -> tuple[str, str]:
    """Return the leader and its synchronous standby, when there is one of each."""

    def found() -> tuple[str, str] | None:
        for node in ("db1", "db2"):
            known = {role: name for name, role in roles(seat, node).items()}
            if {"leader", "sync_standby"} == set(known):
                return known["leader"], known["sync_standby"]
        return None

    both = until(found, WHOLE_S, 0.5)
    assert both, f"no leader with a standby: {roles(seat, 'db1')}, {roles(seat, 'db2')}"
    return both


def roles(seat: Seat, node: str) -> dict[str, str]:
    """Return each database's role as a node's Patroni knows it; without answer none."""
    done = seat.run("exec", node, "--", "patroni-admin", "list", "--format", "json")
    if done.returncode:
        return {}
    words = {"Leader": "leader", "Sync Standby": "sync_standby"}
    found = json.loads(done.stdout)
    return {
        each["Member"]: words.get(each["Role"], each["Role"])
        for each in found
        if each["State"] in ("running", "streaming")
    }


def members(seat: Seat) -> list[str]:
    """Return the members of etcd that are healthy."""
    command = ("etcd-admin", "endpoint", "health", "--cluster", "--write-out=json")
    done = seat.run("exec", "witness1", "--", *command)
    told = json.loads(done.stdout or "[]")
    return sorted(each["endpoint"].split("/")[2].split(":")[0] for each in told if each["health"])


def written(seat: Seat) -> set[str]:
    leader, _ = whole(seat)
    return written_on(seat, leader)
