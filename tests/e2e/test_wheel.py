"""An installed wheel is complete: it brings a lab up in a folder without the clone."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from barelab import bootstrap

pytestmark = pytest.mark.e2e

CLONE = Path(__file__).resolve().parents[2]
CARRIED = ("app", "checker", "compose", "exercises", "images", "labs", "Vagrantfile")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([sys.executable, *command, "--wheel-dir", folder, CLONE], check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed program, in an environment with what the lock file names and no more."""
    python = bootstrap.ensure(
        CLONE / "requirements.lock", tmp_path_factory.mktemp("installed") / "venv"
    )
    command = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([python, *command, wheel], check=True, env=_strangers())
    return python.with_name("barelab")


@dataclass(frozen=True)
class Installed:
    """An installed barelab in an empty folder, with a seat of its own."""

    program: Path
    folder: Path
    seat: str

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [self.program, *arguments],
            cwd=self.folder,
            env=_strangers(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def ask(self, *arguments: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.run(*arguments, "--json"))
        assert answer["schema"] == 1
        return answer


@pytest.fixture
def installed(program: Path, tmp_path: Path) -> Iterator[Installed]:
    there = Installed(program, tmp_path, f"wheel-{secrets.token_hex(3)}")
    yield there
    there.run("down", "simple", "--seat", there.seat)


def _strangers() -> dict[str, str]:
    """The environment of somebody who has never seen the clone."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "VIRTUAL_ENV") and not name.startswith("BARELAB_")
    }


def test_wheel_carries_every_tracked_file_of_the_content_and_nothing_else(wheel: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *CARRIED],
        cwd=CLONE,
        capture_output=True,
        text=True,
        check=True,
    )
    wanted = {name for name in listed.stdout.split("\0") if name and (CLONE / name).exists()}
    content = "barelab/content/"
    with ZipFile(wheel) as opened:
        found = {
            name.removeprefix(content) for name in opened.namelist() if name.startswith(content)
        }
    assert found == wanted


@pytest.mark.always
def test_installed_wheel_brings_a_lab_up_verifies_it_and_takes_it_down(
    installed: Installed,
) -> None:
    seat = ("--seat", installed.seat)
    up = installed.ask("up", "simple", *seat, "--yes")
    assert (up["lab"], up["seat"], up["state"]) == ("simple", installed.seat, "ready")
    verified = installed.ask("verify", "simple", *seat)
    assert verified["verdict"] == "pass"
    installed.run("down", "simple", *seat)
    left = [one for one in installed.ask("census")["resources"] if one["seat"] == installed.seat]
    assert left == []


def test_installed_wheel_runs_from_where_it_is_installed(installed: Installed) -> None:
    python = installed.program.with_name("python")
    asked = "import barelab.support.paths as paths; print(paths.content_root())"
    root = subprocess.run(
        [python, "-c", asked],
        cwd=installed.folder,
        env=_strangers(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert Path(root.strip()).is_relative_to(installed.program.parents[1])
