"""An environment is whole or made anew, and nothing of others is touched."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from barelab import bootstrap

Commands = list[list[str | Path]]


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.lock"
    path.write_text("click==8.5.1\n")
    return path


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "made" / ".venv"


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, target: Path) -> Commands:
    """The commands that were run; none of them really is."""
    commands: Commands = []

    def run(command: list[str | Path], guard: int) -> None:
        commands.append(command)
        time.sleep(0.01)
        (target / "bin").mkdir(exist_ok=True)
        (target / "bin" / "python").touch()

    monkeypatch.setattr(bootstrap, "_run", run)
    return commands


def test_whole_environment_is_left_alone(lock: Path, target: Path, ran: Commands) -> None:
    assert bootstrap.ensure(lock, target) == target / "bin" / "python"
    assert (target / bootstrap.MARK).read_bytes() == lock.read_bytes()
    assert len(ran) == 2
    bootstrap.ensure(lock, target)
    assert len(ran) == 2


def test_changed_lock_file_makes_it_anew(lock: Path, target: Path, ran: Commands) -> None:
    bootstrap.ensure(lock, target)
    (target / "old").touch()
    lock.write_text("click==9\n")
    bootstrap.ensure(lock, target)
    assert not (target / "old").exists()
    assert bootstrap.is_made_from(lock, target)


def test_python_that_an_upgrade_took_away_makes_it_anew(
    lock: Path, target: Path, ran: Commands
) -> None:
    bootstrap.ensure(lock, target)
    (target / "bin" / "python").unlink()
    (target / "bin" / "python").symlink_to("/nowhere/python3.11")
    assert not bootstrap.is_made_from(lock, target)
    bootstrap.ensure(lock, target)
    assert len(ran) == 4


def test_killed_call_is_not_taken_for_whole(
    lock: Path, target: Path, ran: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = bootstrap._run

    def killed(command: list[str | Path], guard: int) -> None:
        whole(command, guard)
        if "pip" in command:
            raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "_run", killed)
    with pytest.raises(KeyboardInterrupt):
        bootstrap.ensure(lock, target)
    assert not bootstrap.is_made_from(lock, target)
    monkeypatch.setattr(bootstrap, "_run", whole)
    bootstrap.ensure(lock, target)
    assert bootstrap.is_made_from(lock, target)


def test_folder_of_somebody_else_is_refused_and_untouched(
    lock: Path, target: Path, ran: Commands
) -> None:
    (target / "precious").mkdir(parents=True)
    with pytest.raises(bootstrap.BootstrapError, match="not made by barelab"):
        bootstrap.ensure(lock, target)
    assert (target / "precious").is_dir()
    assert ran == []


def test_two_first_calls_at_once_make_it_once(lock: Path, target: Path, ran: Commands) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: bootstrap.ensure(lock, target), range(2)))
    assert len(ran) == 2


def test_failure_of_pip_shows_what_it_said_and_leaves_no_mark(
    lock: Path, target: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    failing = target.parent / "python"
    failing.parent.mkdir()
    failing.write_text("#!/bin/sh\necho no space left on device; exit 1\n")
    failing.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(failing))
    assert bootstrap.main([str(lock), str(target)]) == 3
    told = capfd.readouterr().err
    assert "no space left on device" in told
    assert told.splitlines()[-1].startswith("barelab: ")
    assert not (target / bootstrap.MARK).exists()
