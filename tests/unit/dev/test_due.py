"""What the three hours before a clone's last commit changed is due first, all else in turn."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from barelab.dev.due import due

NAMES = ("nginx/certificate", "nginx/certificate-chain", "system/hosts-file")
HOUR_S = 3600


def commit(root: Path, path: str, at: int) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(str(at))
    who = ("-c", "user.name=a", "-c", "user.email=a@b")
    date = {f"GIT_{whose}_DATE": f"@{at} +0000" for whose in ("AUTHOR", "COMMITTER")}
    for words in (("init", "-q"), ("add", "."), (*who, "commit", "-qm", path)):
        subprocess.run(["git", *words], cwd=root, env={**os.environ, **date}, check=True)


def test_what_the_last_sitting_changed_is_due_first(tmp_path: Path) -> None:
    last = 1_700_000_000
    commit(tmp_path, "exercises/system/hosts-file/story.md", last - 4 * HOUR_S)
    commit(tmp_path, "exercises/nginx/certificate-chain/checks.py", last - 2 * HOUR_S)
    commit(tmp_path, "exercises/drills/app-killed/drill.yaml", last - HOUR_S)
    commit(tmp_path, "src/barelab/cli/prove.py", last)
    assert due(tmp_path, "exercises", NAMES, 0) == [
        "nginx/certificate-chain",
        "nginx/certificate",
        "system/hosts-file",
    ]


def test_a_file_is_due_by_its_path(tmp_path: Path) -> None:
    commit(tmp_path, "tests/e2e/test_b.py", 1_700_000_000)
    names = ["e2e/test_a.py", "e2e/test_b.py"]
    assert due(tmp_path, "tests", names, 0) == ["e2e/test_b.py", "e2e/test_a.py"]


@pytest.mark.parametrize("count", [1, 2, 5, 12, 26, 60])
def test_each_is_once_a_day_and_the_first_on_some_day(tmp_path: Path, count: int) -> None:
    commit(tmp_path, "README.md", 1_700_000_000)
    names = [f"a/{number}" for number in range(count)]
    days = [due(tmp_path, "exercises", names, day) for day in range(400, 400 + count)]
    assert all(sorted(day) == sorted(names) for day in days)
    assert {day[0] for day in days} == set(names)
