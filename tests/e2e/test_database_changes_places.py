"""In a lab with a standby, writes go on after a promotion, and every node finds its place again."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from tools.databases import ask, backups, verified, write, written_on
from tools.seat import Seat

from barelab.support.wait import until

if TYPE_CHECKING:
    from docker import APIClient

pytestmark = pytest.mark.e2e

LIMIT_S = 900.0
ASK = "SELECT pg_is_in_recovery()"
FOLLOWS = "SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming'"
UNIT = "postgresql@17-main"
# The first backup of a new site, which its first promotion may have hindered.
BACKUP_S = 60.0
# Beside what one round of questions takes. As many as both application servers have threads.
SILENT_S = 20.0
AT_ONCE = 32


@pytest.fixture(scope="module")
def seat(tmp_path_factory: pytest.TempPathFactory, engine: APIClient) -> Iterator[Seat]:
    """A seat that is up; each test leaves a primary and a standby."""
    home = tmp_path_factory.mktemp("seat")
    found = Seat(f"t-{secrets.token_hex(4)}", home, engine, "redundant")
    try:
        found.up(limit_s=LIMIT_S)
        assert places(found) == ("db1", "db2")
        yield found
    finally:
        found.close()


def test_a_promotion_beside_a_primary_that_answers_is_refused(seat: Seat) -> None:
    primary, standby = places(seat)
    done = seat.run("exec", standby, "--", "promote")
    assert (done.returncode, f"{primary} is the primary" in done.stderr) == (1, True)
    assert seat.run("exec", primary, "--", "promote").returncode == 1
    assert seat.run("exec", primary, "--", "rejoin").returncode == 1


def test_places_are_changed_on_purpose_and_nothing_is_lost(seat: Seat) -> None:
    primary, standby = places(seat)
    write(seat, primary, "before")
    seat.must("exec", standby, "--", "promote", "--switch")
    write(seat, standby, "after")
    seat.must("exec", primary, "--", "rejoin")
    assert places(seat) == (standby, primary)
    assert {"before", "after"} <= written(seat)


def test_a_lost_primary_is_replaced_and_does_not_write_when_it_is_back(seat: Seat) -> None:
    primary, standby = places(seat)
    container = seat.things()[f"barelab.{seat.lab}.{seat.name}.{primary}"]
    assert until(lambda: answers(seat), SILENT_S), "the site is not well before"
    # Frozen, it knows nothing of what comes, and is reached by nobody; its connections stay.
    seat.engine.pause(container)
    seat.must("exec", standby, "--", "promote")
    assert until(lambda: answers(seat), SILENT_S), "the site waits for a primary that stands still"
    seat.engine.unpause(container)

    def stopped() -> bool:
        return seat.run("exec", primary, "--", "systemctl", "is-active", UNIT).returncode != 0

    assert until(stopped, 15.0), "two primaries"
    assert seat.run("exec", primary, "--", "systemctl", "start", UNIT).returncode != 0
    seat.must("exec", primary, "--", "rejoin")
    assert places(seat) == (standby, primary)


@pytest.mark.parametrize("place", [0, 1], ids=["primary", "standby"])
def test_a_node_made_anew_comes_back_into_its_place(seat: Seat, place: int) -> None:
    before = places(seat)
    write(seat, before[0], f"before-{place}")
    seat.must("reset", before[place], limit_s=LIMIT_S)
    assert until(lambda: follows(seat, before[1]), 20.0), "the standby does not follow"
    assert places(seat) == before
    assert f"before-{place}" in written(seat)


def test_all_nodes_off_and_on_again_are_what_they_were(seat: Seat) -> None:
    before = places(seat)
    for name, id_ in sorted(seat.things().items(), reverse=True):
        if not name.endswith(("public", "private")):
            seat.engine.kill(id_)
    seat.up()
    assert until(lambda: follows(seat, before[1]), 20.0), "the standby does not follow"
    assert places(seat) == before


def test_a_moment_before_a_mistake_comes_back_on_both(seat: Seat) -> None:
    primary, standby = places(seat)
    assert until(lambda: "full backup" in backups(seat), BACKUP_S, 1.0)
    write(seat, primary, "kept")
    moment = ask(seat, primary, "SELECT clock_timestamp()")
    write(seat, primary, "mistake")
    refused = seat.run("exec", primary, "--", "go-back", "2001-01-01")
    assert (refused.returncode, "no way back before it" in refused.stderr) == (1, True)
    assert seat.run("exec", standby, "--", "go-back", moment).returncode == 1
    seat.must("exec", primary, "--", "go-back", moment)
    seat.must("exec", standby, "--", "rejoin", "--copy")
    assert places(seat) == (primary, standby)
    assert written(seat) & {"kept", "mistake"} == {"kept"}


def test_verify_passes(seat: Seat) -> None:
    assert {"replication", "backup"} <= verified(seat, LIMIT_S)


def answers(seat: Seat) -> bool:
    """Return whether many who ask the primary's data at once are all answered."""
    read = ("sudo", "cat", "/etc/app/secrets/api-token")
    token = seat.must("exec", "app1", "--", *read).stdout.strip()
    url = f"https://portal.{seat.lab}.localhost/api/payments/nobody-[1-{AT_ONCE}]/"
    how = ("-skZ", "--parallel-max", str(AT_ONCE), "-m", "15", "--resolve", "*:443:127.0.0.1")
    told = ("-H", f"Authorization: Bearer {token}", "-o", "/dev/null", "-w", "%{http_code}\\n")
    said = seat.run("exec", "lb1", "--", "curl", *how, *told, url).stdout.split()
    return said == ["404"] * AT_ONCE  # the database has been asked, and has no such payment


def places(seat: Seat) -> tuple[str, str]:
    """Return the primary and the standby, when there is one of each."""

    def found() -> tuple[str, str] | None:
        said = {name: ask(seat, name, ASK) for name in ("db1", "db2")}
        if sorted(said.values()) != ["f", "t"]:
            return None
        return tuple(sorted(said, key=lambda name: said[name]))

    both = until(found, 20.0)
    assert both, "no primary and standby"
    return both


def follows(seat: Seat, node: str) -> bool:
    return ask(seat, node, FOLLOWS) == "1"


def written(seat: Seat) -> set[str]:
    primary, _ = places(seat)
    return written_on(seat, primary)
