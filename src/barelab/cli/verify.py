"""`verify`: ask a lab whether it is what its picture says."""

from __future__ import annotations

import click

from barelab.backends.opening import open_backend
from barelab.cli.options import JSON, SEAT
from barelab.cli.results import show_check, show_result


@click.command()
@click.argument("lab")
@SEAT
@JSON
@click.pass_context
def verify(context: click.Context, lab: str, seat: str, as_json: bool) -> None:
    """Ask a running lab whether it is what its picture says. Reboots its nodes, one by one."""
    from barelab.backends.base import SeatRef
    from barelab.grading.access import Access
    from barelab.grading.conformance import conformance_checks
    from barelab.grading.tripwires import run_guarded
    from barelab.launcher.find import seat_name
    from barelab.launcher.running import lab_of

    backend, owner = open_backend(), SeatRef(lab, seat_name(seat))
    wanted = lab_of(owner, backend.observe())
    with Access(wanted, owner, backend) as access:
        told = None if as_json else show_check
        result = run_guarded(conformance_checks(wanted), access, told)
    show_result(result, as_json)
    context.exit(result.verdict.exit_code)
