"""Running steps one after another, all of them, each at most once."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from barelab.bootstrap import BootstrapError
from barelab.dev.clone import clone_root, ensure, face
from barelab.dev.steps import DEV, NIGHTLY, STEPS, Step
from barelab.support.errors import UsageError
from barelab.support.text import did_you_mean, quoted

_TEARDOWN_S = 60.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step ended: "passed", or in which way it failed."""

    step: Step
    ended: str
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether the step passed."""
        return self.ended == "passed"


def chosen(names: Sequence[str], *, fast: bool) -> tuple[Step, ...]:
    """Return the steps of these names, or all, or all fast ones, in their own order.

    Raises:
        UsageError: no step has such a name.
    """
    known = {step.name: step for step in STEPS}
    for name in names:
        if name not in known:
            near = did_you_mean(name, known) or f"; there are {', '.join(known)}"
            raise UsageError(f"no step {quoted(name)}{near}")
    return tuple(step for step in STEPS if (step.name in names if names else step.fast or not fast))


def run_steps(steps: Sequence[Step], *, everything: bool, say: Say) -> list[Outcome]:
    """Run every step, telling of each how it ended and, where that helps, what it printed."""
    in_ci = bool(os.environ.get("CI"))
    dev = ensure(DEV)
    outcomes = []
    for step in steps:
        aloud = in_ci and step.told
        if aloud:
            say(f"{step.name}:")
        outcome, printed = _run(step, dev, everything=everything, aloud=aloud)
        say(f"{step.name}: {outcome.ended} in {outcome.seconds:.1f} s")
        if not outcome.passed and printed:
            say(printed.rstrip())
        outcomes.append(outcome)
    return outcomes


def _run(step: Step, dev: Path, *, everything: bool, aloud: bool) -> tuple[Outcome, str]:
    began = time.monotonic()
    try:
        environment = dev if step.environment is DEV else ensure(step.environment)
        process = _start(step, environment, dev, everything=everything, aloud=aloud)
        ended, printed = _await(process, step.limit_s * (NIGHTLY if everything else 1))
    except (OSError, BootstrapError) as error:
        ended, printed = f"failed ({error})", ""
    return Outcome(step, ended, time.monotonic() - began), printed


def _start(
    step: Step, environment: Path, dev: Path, *, everything: bool, aloud: bool
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*step.command, *(step.nightly if everything else step.usual)],
        cwd=clone_root() / step.folder,
        env=_variables(environment, dev),
        stdin=subprocess.DEVNULL,
        stdout=None if aloud else subprocess.PIPE,
        stderr=None if aloud else subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )


def _variables(environment: Path, dev: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{environment / 'bin'}:{os.environ.get('PATH', os.defpath)}",
        "VIRTUAL_ENV": str(environment),
        "PYTHONPATH": str(clone_root() / "src"),
        "BARELAB_VENV": str(face(dev)),
    }


def _await(process: subprocess.Popen[str], limit_s: float) -> tuple[str, str]:
    try:
        printed, _ = process.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired:
        return f"failed (not done within {limit_s:.0f} s)", _end(process)
    except BaseException:
        _end(process)
        raise
    code = process.returncode
    return ("passed" if code == 0 else f"failed (exit code {code})"), printed or ""


def _end(process: subprocess.Popen[str]) -> str:
    # As Ctrl-C first: tests take their seats away. Then whatever is left of the step's session.
    for number, wait_s in ((signal.SIGINT, _TEARDOWN_S), (signal.SIGKILL, None)):
        try:
            os.killpg(process.pid, number)
            return process.communicate(timeout=wait_s)[0] or ""
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    return process.communicate()[0] or ""
