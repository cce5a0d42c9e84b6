"""What a database node takes itself for, by what the others say: its own program, rendered."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from barelab.model.loading import load_lab
from barelab.render.templating import render

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "images/promotion/files/usr/local/lib/promotion/choose-role.j2"
END = 1_000_000
SET = "work_mem = '5MB'\n"
RESTORED = (
    f"recovery_target_time = '2026-11-25 02:59:30+00'\nrecovery_target_action = 'promote'\n{SET}"
)


class Case(NamedTuple):
    """A node before its start, and what its program must make of it."""

    name: str
    me: str
    fresh: bool
    others: list[tuple[bool, int, int]]  # standby, timeline, bytes
    archive: str | None
    outcome: str


CASES = (
    Case("new_and_first", "db1", True, [(True, 1, END)], None, "primary"),
    Case("new_and_second_with_nobody_there", "db2", True, [], None, "standby"),
    Case("new_and_first_with_an_empty_archive", "db1", True, [], "", "primary"),
    Case("new_beside_a_primary", "db2", True, [(False, 1, END)], None, "standby"),
    Case("new_beside_a_promoted_one", "db1", True, [(False, 3, 9 * END)], None, "clone standby"),
    Case("new_and_was_the_primary", "db2", True, [(True, 2, 9 * END)], None, "clone take-over"),
    Case("new_and_only_the_archive_knows", "db1", True, [], "0000000100000000", "refused"),
    Case("former_primary_of_a_standby", "db1", False, [(True, 1, END)], None, "primary"),
    Case("former_primary_taken_over_from", "db1", False, [(False, 2, END)], None, "refused"),
    Case("former_primary_of_two", "db1", False, [(False, 1, END)], None, "refused"),
    Case("promoted_beside_the_older_one", "db2", False, [(False, 0, END)], None, "primary"),
    Case("former_primary_that_the_archive_knows", "db1", False, [], "00000002.history", "refused"),
    Case("former_primary_that_nobody_answers", "db1", False, [], None, "primary"),
)


@pytest.fixture
def program(tmp_path: Path) -> ModuleType:
    """The program, with a data folder of its own, no patience, and nobody to ask."""
    words = {"lab": load_lab("redundant"), "made_by": "a test"}
    module = ModuleType("choose_role")
    sys.modules[module.__name__] = module  # NamedTuple looks there for its module
    code = compile(render(SOURCE, words), str(SOURCE), "exec")
    exec(code, module.__dict__)
    module.DATA = tmp_path / "main"
    module.DATA.mkdir()
    module.STANDBY = module.DATA / "standby.signal"
    module.RESTORED = module.DATA / "recovery.signal"
    module.SETTINGS = module.DATA / "postgresql.auto.conf"
    module.SETTINGS.write_text(RESTORED)
    module.FRESH, module.TAKE_OVER = tmp_path / "fresh", tmp_path / "take-over"
    module.PATIENCE_S = 0.0
    return module


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_node_finds_its_place(
    case: Case, program: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: dict[str, Any] = {
        "ME": case.me,
        "OTHERS": [name for name in program.NODES if name != case.me],
        "answers": lambda: [program.State("other", *each) for each in case.others],
        "archive": lambda: case.archive,
        "control": lambda name: "1" if "TimeLine" in name else "0/F4240",
        "keeps_wal_for_me": lambda primary: primary.timeline == 1,
        "clone": lambda service: done.append("clone"),
    }
    done: list[str] = []
    for name, value in answers.items():
        monkeypatch.setattr(program, name, value)
    monkeypatch.setattr(sys, "argv", ["choose-role"])
    if case.fresh:
        program.FRESH.touch()
    if program.main():
        done.append("refused")
    elif program.TAKE_OVER.exists():
        done.append("take-over")
    else:
        done.append("standby" if program.STANDBY.exists() else "primary")
    assert " ".join(done) == case.outcome
    assert program.FRESH.exists() == (case.fresh and case.outcome == "refused")


@pytest.mark.parametrize("file", ["STANDBY", "RESTORED"])
def test_a_standby_and_a_restored_node_ask_nobody(
    program: ModuleType, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "answers", lambda: pytest.fail("asked"))
    monkeypatch.setattr(sys, "argv", ["choose-role"])
    getattr(program, file).touch()
    assert program.main() == 0
    # Only who restores ends at the moment that was asked for.
    assert program.SETTINGS.read_text() == {"STANDBY": SET, "RESTORED": RESTORED}[file]
