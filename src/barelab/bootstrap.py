"""Makes a virtual environment from a lock file with hashes, whole or not at all.

Run by any Python 3.11 before there is an environment, so it needs the standard library alone:
    bootstrap.py LOCKFILE VENV
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARK = "barelab.lock"  # the lock file that a whole environment was made from
MAKING = "barelab.making"  # stands in an environment that is not whole yet


class BootstrapError(Exception):
    """The environment could not be made; the message says why and what to do."""


def ensure(lock: Path, target: Path) -> Path:
    """Return the Python of the environment, made first unless it was made from this very lock file.

    Two at once: the second waits for the first. A killed one left no mark and is made anew.

    Raises:
        BootstrapError: pip failed, or something that is not ours stands in the place.
    """
    python = target / "bin" / "python"
    if not is_made_from(lock, target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(target) as guard:
            if not is_made_from(lock, target):
                _make(lock, target, guard)
    return python


def is_made_from(lock: Path, target: Path) -> bool:
    """Return whether the environment is whole and was made from this lock file."""
    mark = target / MARK
    whole = mark.is_file() and mark.read_bytes() == lock.read_bytes()
    return whole and (target / "bin" / "python").exists()


@contextmanager
def _alone(target: Path) -> Iterator[int]:
    with target.with_name(f"{target.name}.lock").open("w") as guard:
        try:
            fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say(f"another call makes the Python environment in {target}; waiting for it")
            fcntl.flock(guard, fcntl.LOCK_EX)
        yield guard.fileno()


def _make(lock: Path, target: Path, guard: int) -> None:
    _say(f"making its Python environment in {target}, once")
    _clear(target)
    target.mkdir()
    (target / MAKING).touch()
    # The real file behind python3: where an upgrade takes it away, the environment is made anew.
    _run([Path(sys.executable).resolve(), "-m", "venv", target], guard)
    # The lock file names every package. Left to look for more, pip takes "coverage[toml]" for
    # another package than the locked "coverage", and wants the newest version of it.
    command: list[str | Path] = [target / "bin" / "python", "-m", "pip", "install", "--quiet"]
    command += ["--no-input", "--disable-pip-version-check", "--no-deps"]
    _run([*command, "--require-hashes", "--only-binary=:all:", "-r", lock], guard)
    shutil.copyfile(lock, target / MAKING)
    (target / MAKING).rename(target / MARK)


def _clear(target: Path) -> None:
    """Take away what a former or a killed call made; renamed first, so never half there."""
    if not target.is_symlink() and not target.exists():
        return
    ours = any((target / name).is_file() for name in (MARK, MAKING))
    if not ours and not (target.is_dir() and not any(target.iterdir())):
        raise BootstrapError(
            f"{target} was not made by barelab; move it away or name another BARELAB_VENV"
        )
    old = target.with_name(f"{target.name}.barelab-old")
    shutil.rmtree(old, ignore_errors=True)
    target.rename(old)
    shutil.rmtree(old, ignore_errors=True)


def _run(command: list[str | Path], guard: int) -> None:
    # A child that outlives a killed call keeps the lock: nobody else writes beside it.
    result = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, pass_fds=[guard]
    )
    if result.returncode:
        sys.stderr.buffer.write(result.stdout)
        raise BootstrapError(
            "Python's packages could not be installed, see above; then run it again"
        )


def _say(text: str) -> None:
    sys.stderr.write(f"barelab: {text}\n")
    sys.stderr.flush()


def main(arguments: list[str]) -> int:
    """Run from the command line; return the exit code."""
    lock, target = map(Path, arguments)
    try:
        ensure(lock, target)
    except BootstrapError as error:
        _say(str(error))
        return 3
    except OSError as error:
        _say(f"{error}; BARELAB_VENV names another place for its Python environment")
        return 3
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
