"""Exercises count as touched by the commits of the three hours before a clone's last."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from barelab.dev.touched import touched

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


def test_only_what_the_last_sitting_changed_is_touched(tmp_path: Path) -> None:
    last = 1_700_000_000
    commit(tmp_path, "exercises/system/hosts-file/story.md", last - 4 * HOUR_S)
    commit(tmp_path, "exercises/nginx/certificate/checks.py", last - 2 * HOUR_S)
    commit(tmp_path, "exercises/drills/app-killed/drill.yaml", last - HOUR_S)
    commit(tmp_path, "src/barelab/cli/prove.py", last)
    assert touched(tmp_path, NAMES) == ["nginx/certificate"]
