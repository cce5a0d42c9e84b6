"""The steps of `barelab test`, as data: a new check is a new line here.

CI gives 90 minutes. The long steps begin nothing further after a time, so that slow machines end,
too.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment of a clone, made from a lock file."""

    name: str
    lock: str


NIGHTLY = 8

DEV = Environment(".venv-dev", "requirements-dev.lock")
APP = Environment(".venv-app", "app/requirements.lock")


@dataclass(frozen=True, slots=True)
class Step:
    """One command, run in the clone (or in `folder` of it) with its environment's programs first.

    `fast` steps need no container engine. What a `told` one prints is shown in CI even when it
    passes. `--all` takes the `nightly` arguments instead of the `usual` ones. After `limit_s`, and
    `NIGHTLY` times that with `--all`, it is ended, and has failed.
    """

    name: str
    command: tuple[str, ...]
    fast: bool = False
    told: bool = False
    usual: tuple[str, ...] = ()
    nightly: tuple[str, ...] = ()
    environment: Environment = DEV
    folder: str = "."
    limit_s: float = 600.0


def _over_files(pattern: str, *command: str) -> tuple[str, ...]:
    files = f"git ls-files -z --cached --others --exclude-standard -- '{pattern}'"
    return ("sh", "-c", f"{files} | xargs -0 {' '.join(command)}")


# Each day the next seed, and of what a run has no time for, another share: what was changed of late
# comes first (see dev/due.py).
_DAY = 'day=$(date +%j | sed "s/^0*//")'
_PYTEST = f"{_DAY}; exec coverage run -m pytest tests/e2e tests/cheats -v --durations=15"
_AT_ONCE = "-n 2 --dist loadfile --no-loadscope-reorder"
_PROVE = f'{_DAY}; exec coverage run -m barelab prove --from "$day"'

STEPS = (
    Step("ruff", ("ruff", "check"), fast=True),
    Step("format", ("ruff", "format", "--check", "--diff"), fast=True),
    Step("mypy", ("mypy",), fast=True),
    Step("layers", ("lint-imports",), fast=True),
    Step("shell", ("shellcheck", "barelab", ".ci/run"), fast=True),
    Step("scripts", _over_files("*.sh", "shellcheck", "--shell=sh"), fast=True),
    Step("yaml", _over_files("*.y*ml", "yamllint", "--strict"), fast=True),
    Step(
        "unit",
        ("sh", "-c", "coverage erase && coverage run -m pytest -n 2 tests/unit tests/content"),
        fast=True,
        told=True,
    ),
    Step("app", ("python", "manage.py", "test"), fast=True, environment=APP, folder="app"),
    # What it installs on a bare machine no other step installs.
    Step("engine", ("coverage", "run", "-m", "barelab", "doctor", "--fix", "--yes"), told=True),
    Step(
        "e2e",
        ("sh", "-c"),
        told=True,
        usual=(f'{_PYTEST} {_AT_ONCE} -m "not nightly and not alone" --within 800 --day $day',),
        nightly=(f'{_PYTEST} {_AT_ONCE} -m "not alone"',),
        limit_s=2100.0,
    ),
    # What measures, and what fills a machine, has it to itself.
    Step(
        "alone",
        ("sh", "-c"),
        told=True,
        usual=(f'{_PYTEST} -m "alone and not nightly" --within 800 --day $day',),
        nightly=(f"{_PYTEST} -m alone",),
        limit_s=3000.0,
    ),
    Step(
        "prove",
        ("sh", "-c"),
        told=True,
        usual=(f"{_PROVE} --seeds 1 --within 200 $(./barelab dev due $day)",),
        nightly=(f"{_PROVE} --seeds 20",),
        limit_s=1800.0,
    ),
    Step("docs", ("mkdocs", "build", "--strict")),
    Step("coverage", ("sh", "-c", "coverage combine --quiet && coverage report --fail-under=90")),
)
