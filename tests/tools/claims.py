"""Making a claim of `verify` false in a lab that is up, and seeing that it is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from barelab.backends.base import NodeRef, SeatRef
from barelab.backends.opening import open_backend
from barelab.grading.access import Access
from barelab.grading.conformance import conformance_checks
from barelab.grading.results import CheckResult, Verdict
from barelab.grading.runner import run_checks
from barelab.model.loading import load_lab

Ask = Callable[[str], CheckResult]
Run = Callable[[str, str], None]


@contextmanager
def asking(owner: SeatRef) -> Iterator[Ask]:
    """Yield what runs one check of `verify` by its name, without the others and their reboots."""
    lab = load_lab(owner.lab)
    checks = {check.name: check for check in conformance_checks(lab)}
    with Access(lab, owner, open_backend()) as access:
        yield lambda name: run_checks([checks[name]], access).checks[0]


def running(owner: SeatRef) -> Run:
    """Return what runs a command in a node."""

    def run(node: str, command: str) -> None:
        done = open_backend().run(NodeRef(owner, node), ("sh", "-ec", command), timeout_s=60)
        assert done.exit_code == 0, done

    return run


def assert_named(ask: Ask, run: Run, check: str, node: str, change: str, undo: str) -> None:
    """Make a claim false and true again: the check must fail, and then pass."""
    run(node, change)
    try:
        said = ask(check)
    finally:
        run(node, undo)
    assert said.verdict is Verdict.FAIL, said
    assert (again := ask(check)).verdict is Verdict.PASS, again
