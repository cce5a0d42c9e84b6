"""Several runs together: a yes needs every bound in every run, and nothing unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path

import pytest

from barelab.cli.drilling import league
from barelab.drills import keeping
from barelab.drills.figures import Figures
from barelab.drills.report import report
from barelab.drills.results import Rehearsed
from barelab.drills.run import Mark, Run
from barelab.drills.words import FIGURES
from barelab.model.drill import BOUNDED, Drill, Fault, FaultKind, Rules
from barelab.model.loading import load_drill, load_lab
from barelab.model.options import chosen
from barelab.support.errors import UsageError

GOOD = Figures(2.0, 1.0, 2.1, 0.5, 4.0, 100, 90, 0, 2, 0, 0, 0, 0.0, 0.0, 12, 10, 2, 0.05)
RULES = Rules({"write_rto_s": 10.0}, {"lost": 0.0, "two_writers_s": 0.0}, ())
DRILL = Drill(
    name="killed",
    path=Path("killed"),
    title="The <database> is killed",
    hypothesis="Nothing is lost.",
    story="",
    labs={"simple": RULES},
    fault=Fault(FaultKind.KILL, "primary", "postgres"),
    writes_per_s=25,
    reads_per_s=10,
    baseline_s=5,
    window_s=5,
    settle_s=5,
    stop_after_s=60,
)


def run(aborted: str = "", **changes: object) -> Run:
    return Run(
        id="drill-1",
        seed=7,
        figures=replace(GOOD, **changes),  # type: ignore[arg-type]
        aborted=aborted,
        ended="everything was whole again",
        marks=(Mark(3.0, "fault", "fault strikes db1"), Mark(4.0, "whole", "<b>whole</b>")),
        states={"db1": [(0.0, "primary"), (3.1, "down"), (4.0, "primary")]},
        series={
            "writes": [10, 10, 0, 90],
            "failed_writes": [0, 0, 10, 0],
            "reads": [4, 4, 0, 4],
            "failed_reads": [0, 0, 4, 0],
        },
    )


def rehearsed(*runs: Run) -> Rehearsed:
    begun = "2026-01-31T12:00:00+00:00"
    return Rehearsed(DRILL, RULES, load_lab("simple"), "default", "runbook", begun, "docker", runs)


@pytest.mark.parametrize(
    ("runs", "code"),
    [
        ([run(), run(write_rto_s=9.9)], 0),
        ([run(), run(write_rto_s=10.1)], 1),
        ([run(), run(lost=1)], 1),
        ([run(), run(lost=None)], 3),
        ([run(), run(write_rto_s=None)], 1),  # writes never came back: that is no
        ([run(), run(two_writers_s=None)], 3),
        ([run(), run(aborted="the load died")], 3),
        ([run(lost=1), run(aborted="the load died")], 1),
        ([run(aborted="the load died")], 3),
        ([], 3),
    ],
)
def test_the_answer_of_several_runs(runs: list[Run], code: int) -> None:
    assert rehearsed(*runs).exit_code == code


def test_median_and_worst_are_of_the_runs_that_count() -> None:
    done = rehearsed(run(), run(write_rto_s=3.0), run("late", write_rto_s=99.0), run())
    judged = {each.figure: each for each in done.judged()}
    assert (judged["write_rto_s"].median, judged["write_rto_s"].worst) == (2.0, 3.0)
    assert rehearsed(run(lost=None)).judged()[1].worst is None


def test_json_has_the_keys_that_others_rely_on() -> None:
    told = rehearsed(run(), run("late")).as_json()
    assert {"drill", "lab", "runs"} <= told.keys()
    assert {f.name for f in fields(Figures)} <= told["runs"][0].keys()
    assert [each["aborted"] for each in told["runs"]] == [None, "late"]


def test_every_figure_has_its_words() -> None:
    assert set(FIGURES) == {f.name for f in fields(Figures)}
    assert set(BOUNDED) <= set(FIGURES)


def test_the_page_holds_everything_and_loads_nothing() -> None:
    page = report(rehearsed(run(), run(lost=None), run("the load died")).as_json())
    assert "The &lt;database&gt; is killed" in page
    assert "&lt;b&gt;whole&lt;/b&gt;" in page
    assert "unknown" in page
    assert "This run does not count" in page
    assert page.count("<svg") == 3
    assert "http" not in page.replace("http-equiv", "")
    assert report({**rehearsed().as_json(), "aborted": "killed"}).count("<svg") == 0


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "barelab/drills"


def test_results_are_kept_and_damaged_ones_left_out(own_data: Path) -> None:
    keeping.keep("a-killed", rehearsed(run()).as_json())
    keeping.keep("b-killed", rehearsed(run(lost=1)).as_json())
    (own_data / "c-killed.json").write_text("{")
    assert [each["name"] for each in keeping.kept()] == ["b-killed", "a-killed"]
    assert keeping.newest("killed")["name"] == "b-killed"
    assert keeping.newest("a-killed")["held"] is True
    with pytest.raises(UsageError, match="no result of 'other' is kept"):
        keeping.newest("other")


def test_the_league_has_the_best_first(own_data: Path) -> None:
    names: Mapping[str, Run] = {
        "slow": run(write_rto_s=9.0),
        "lost": run(lost=2),
        "quick": run(),
        "unknown": run("the load died"),
    }
    for name, each in names.items():
        keeping.keep(name, rehearsed(each).as_json())
    lines = league(keeping.kept())
    assert [line.split()[-1] for line in lines[1:]] == ["quick", "slow", "lost", "unknown"]
    assert "no drill was run yet" in league([])[0]


def test_a_lab_made_in_another_way_has_rules_of_its_own() -> None:
    lab, drill = load_lab("redundant-ha"), load_drill("primary-killed")
    assert drill.rules(lab).must_hold["lost"] == 0
    other = drill.rules(chosen(lab, {"replication": "asynchronous"})).must_hold
    assert "lost" not in other
    assert other["rpo_s"] == 1
