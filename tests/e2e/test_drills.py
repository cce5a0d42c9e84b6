"""A drill finds what was really done to a lab: a gap, a lost payment, and that nothing is left."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from tools.content import Content
from tools.seat import Running, Seat, kill, read_until

from barelab.drills.journal import read_journal
from barelab.support.wait import until

pytestmark = [pytest.mark.e2e, pytest.mark.alone]

GAP_S = 3.0
# Within these the meter finds what it was planted: before it by a reading's error, after it by the
# time that the front node takes to answer all who waited.
EARLY_S, LATE_S = 0.05, 0.75
PAUSED = f"""\
title: The front node stands still
hypothesis: Nobody is answered meanwhile.
labs:
  simple:
    goal: {{write_rto_s: 10}}
    must_hold: {{lost: 0, duplicate: 0}}
load: {{writes_per_s: 25, reads_per_s: 10}}
fault: {{kind: pause, target: front, for_s: {GAP_S:g}}}
window_s: 1
stop_after_s: 40
"""
QUIET_S = 40.0
STATES = "for p in $(pgrep -x gunicorn); do cut -d' ' -f3 /proc/$p/stat; done"
SQL = """
    with victim as (delete from billing_payment where key in
        (select key from billing_payment where key ~ '^drill-.*-[0-9]+$' order by id limit 1))
    select 1;
    insert into billing_payment (key, amount, method, received_at, subscriber_id)
        select 'nobody-' || key, amount, method, received_at, subscriber_id
        from billing_payment where key ~ '^drill-' order by id desc limit 1
"""


@pytest.fixture
def paused(content: Content, seat: Seat) -> Seat:
    """A seat whose content has a drill `paused`."""
    content.write("exercises/drills/paused/drill.yaml", PAUSED)
    content.write("exercises/drills/paused/story.md", "Wait.\n")
    seat.variables = {"BARELAB_CONTENT": str(content.root)}
    return seat


def ended(process: Running) -> dict[str, Any]:
    out, err = process.communicate(timeout=200)
    assert process.returncode in (0, 1), err
    told: dict[str, Any] = json.loads(out)
    return told


def test_a_gap_of_3_s_a_lost_and_a_doubled_payment_are_found(paused: Seat) -> None:
    process = paused.start("drill", "run", "paused", "--seed", "1", "--json")
    read_until(process, "after the fault")
    psql = ("sudo", "-u", "postgres", "psql", "-q", "-v", "ON_ERROR_STOP=1", "app", "-c", SQL)
    paused.must("exec", "db1", "--", *psql)
    told = ended(process)
    (run,) = told["runs"]
    assert run["aborted"] is None
    at = {mark["kind"]: mark["at_s"] for mark in run["marks"]}
    planted_s = at["lifted"] - at["fault"]
    assert GAP_S <= planted_s < GAP_S + 1
    for figure in ("write_rto_s", "read_rto_s"):
        assert planted_s - EARLY_S - 0.1 <= run[figure] <= planted_s + LATE_S
    assert (run["lost"], run["duplicate"]) == (1, 1)
    assert (told["held"], process.returncode) == (False, 1)


@pytest.mark.always
def test_a_killed_server_comes_back_and_nothing_is_lost(seat: Seat) -> None:
    done = seat.run("drill", "run", "postgres-killed", "--seed", "3", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["schema"] == 1
    assert (told["drill"], told["lab"], told["held"]) == ("postgres-killed", "simple", True)
    (run,) = told["runs"]
    assert 0.1 < run["write_rto_s"] < 10
    assert run["acknowledged"] > 200
    assert run["acknowledged"] + run["write_errors"] == run["attempted"]
    assert (run["lost"], run["unexpected"], run["duplicate"]) == (0, 0, 0)
    assert run["states"]["db1"][0][1] == "primary"
    assert "postgres-killed" in seat.must("drill", "report").stdout
    page = seat.home / "report.html"
    seat.must("drill", "report", "postgres-killed", "--html", str(page))
    assert "The database server is killed" in page.read_text()
    seat.down()


def test_an_interrupted_drill_leaves_no_fault_in_force(seat: Seat) -> None:
    process = seat.start("drill", "run", "app-hung", "--seed", "1", "--operator", "me")
    read_until(process, "after the fault")
    os.kill(process.pid, signal.SIGTERM)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert "the fault was lifted" in err
    assert "T" not in seat.must("exec", "app1", "--", "sh", "-c", STATES).stdout
    assert seat.steps() == []
    assert "interrupted" in seat.must("drill", "report", "app-hung").stdout
    seat.down()


@pytest.mark.parametrize("drill", ["app-hung", "load-balancer-off"])
def test_a_killed_drill_leaves_what_up_mends_and_a_journal(seat: Seat, drill: str) -> None:
    process = seat.start("drill", "run", drill, "--seed", "1", "--operator", "me")
    read_until(process, "after the fault")
    kill(process)
    assert load_ends(seat)
    assert "T" not in seat.must("exec", "app1", "--", "sh", "-c", STATES).stdout
    seat.up()
    assert seat.steps() == []
    told = seat.run("drill", "run", "app-killed", "--seed", "1")
    assert "a drill in simple" in told.stderr
    assert "were acknowledged" in seat.must("drill", "report", drill).stdout
    (journal,) = (seat.home / "data/barelab/drills").glob(f"*{drill}*.jsonl.gz")
    assert journals(journal) == "launcher gone"
    seat.down()


def load_ends(seat: Seat) -> bool:
    """Return whether the load in the probe ends by itself."""
    from barelab.backends.base import NodeRef, SeatRef
    from barelab.backends.opening import open_backend

    backend, probe = open_backend(), NodeRef(SeatRef(seat.lab, seat.name), "probe")
    last = ("sh", "-c", "tail -n 1 /var/lib/barelab/drill/runs/*/journal.jsonl")
    return bool(until(lambda: '"end"' in backend.run(probe, last).text, QUIET_S, every_s=1.0))


def journals(path: Path) -> str | None:
    """Return why the load of a journal that is kept ended."""
    import gzip

    return read_journal(gzip.decompress(path.read_bytes()).decode()).ended
