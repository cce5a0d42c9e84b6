"""Progress: days in a row, tracks, and what other programs are given."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from barelab.cli.progress import _plain, progress
from barelab.exercises.progress import Standing, streak, tracks

TODAY = date(2026, 3, 2)


def _day(number: int) -> date:
    return date.fromordinal(TODAY.toordinal() - number)


@pytest.mark.parametrize(
    ("ago", "days"),
    [((), 0), ((0,), 1), ((1,), 1), ((2,), 0), ((0, 1, 2), 3), ((1, 2, 4), 2), ((0, 2), 1)],
)
def test_a_streak_goes_up_to_today_or_yesterday(ago: Sequence[int], days: int) -> None:
    assert streak([_day(number) for number in ago], TODAY) == days


def test_tracks_count_what_is_passed() -> None:
    def standing(name: str, passed: int) -> Standing:
        return Standing(name, "", "simple", 1, 5, "new", 0, passed, 0, 0, 0, False)

    found = tracks([standing("web/a", 2), standing("web/b", 0), standing("db/a", 0)])
    assert [(t.name, t.total, t.passed) for t in found] == [("db", 1, 0), ("web", 2, 1)]


def test_progress_comes_as_text_json_and_csv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    run = CliRunner().invoke
    said = json.loads(run(progress, ["--json"]).output)
    assert said["streak_days"] == 0
    assert {track["track"] for track in said["tracks"]} >= {"nginx", "postgres"}
    lines = run(progress, ["--csv"]).output.splitlines()
    assert lines[0].startswith("exercise,title,")
    assert len(lines) == len(said["exercises"]) + 1
    assert "next: barelab exercise start" in run(progress, []).output


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert _plain(text) == f"'{text}"
