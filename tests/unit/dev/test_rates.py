"""Rates are counted from cells: wrong passes apart from wrong fails, each with what n can show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from barelab.dev.rates import rates, read_cells
from barelab.support.errors import UsageError


def cell(expected: str, verdict: str, exercise: str = "a/b", seed: int = 0) -> dict[str, Any]:
    return {"exercise": exercise, "seed": seed, "expected": expected, "verdict": verdict}


def test_wrong_passes_and_wrong_fails_are_counted_apart() -> None:
    cells = [
        *(cell("pass", "pass") for _ in range(5)),
        cell("pass", "could-not-grade", seed=1),
        *(cell("fail", "fail", "c/d") for _ in range(3)),
        cell("fail", "pass"),
    ]
    counted = rates(cells)
    assert (counted.exercises, counted.seeds) == (2, (0, 1))
    assert [(r.cells, r.wrong, r.bound) for r in counted.rates] == [
        (4, 1, "-"),
        (6, 0, "3/6 = 50.00%"),
        (10, 1, "-"),
    ]


def test_several_files_count_together(tmp_path: Path) -> None:
    files = [tmp_path / "one.json", tmp_path / "two.json"]
    for seed, file in enumerate(files):
        file.write_text(json.dumps({"schema": 1, "cells": [cell("pass", "pass", seed=seed)]}))
    assert rates(read_cells(files)).seeds == (0, 1)


def test_what_prove_did_not_write_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("[]")
    with pytest.raises(UsageError, match="is no output of `barelab prove --json`"):
        read_cells([tmp_path / "other.json"])
