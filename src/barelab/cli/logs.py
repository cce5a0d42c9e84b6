"""`logs`: the journal of a node, or every node's lines as the log server has them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import click

from barelab.backends.base import Backend, NodeRef
from barelab.backends.opening import open_backend
from barelab.cli.node import pass_through
from barelab.cli.options import JSON, LAB, SEAT
from barelab.launcher.find import find_log_server, find_node
from barelab.support import console
from barelab.support.errors import CouldNotTell, UsageError
from barelab.support.text import quoted

_SEARCH_S = 120.0
_MOST_BYTES = 64 << 20


@click.command()
@click.argument("node", required=False)
@click.option("--all", "every", is_flag=True, help="Every node's lines, from the log server.")
@click.option("--grep", metavar="PATTERN", help="Only lines in which this regular expression is.")
@click.option("-f", "--follow", is_flag=True, help="Go on as lines come.")
@click.option(
    "-n",
    "--lines",
    default=50,
    type=click.IntRange(0),
    help="How many lines to begin with (default: 50).",
)
@click.option("-u", "--unit", help="Only of this unit.")
@SEAT
@LAB
@JSON
def logs(
    node: str | None,
    every: bool,
    grep: str | None,
    follow: bool,
    lines: int,
    unit: str | None,
    seat: str,
    lab: str | None,
    as_json: bool,
) -> None:
    """Show the journal of a node; with --all, the lines of every node in order of time."""
    _refuse_misfits(node, every, grep, follow, as_json)
    backend = open_backend()
    chosen = ["-n", str(lines), *["-f"] * follow, *(["-u", unit] if unit else [])]
    if node is not None:
        command = ["journalctl", "--no-pager", *chosen]
        command += [f"--grep={grep}", "--case-sensitive=yes"] if grep else []
        pass_through(backend, find_node(backend, node, seat, lab), command, "root")
    command = ["node-logs", *chosen, *([f"--grep={grep}"] if grep else [])]
    server = find_log_server(backend, seat, lab)
    if not as_json:
        pass_through(backend, server, command, "ops")
    console.say_json({"lines": _lines(backend, server, [*command, "--json"])})


def _refuse_misfits(
    node: str | None, every: bool, grep: str | None, follow: bool, as_json: bool
) -> None:
    if node is None and not every:
        raise UsageError("name a node, or take --all for the lines of every node")
    if node is not None and every:
        raise UsageError(f"--all shows every node's lines; leave it out for those of {node} alone")
    if as_json and not every:
        raise UsageError("--json goes with --all")
    if as_json and follow:
        raise UsageError("--json ends with the last line; it does not go with --follow")
    try:
        re.compile(grep or "")
    except re.error as error:
        raise UsageError(f"{quoted(grep or '')} is no regular expression: {error}") from error


def _lines(backend: Backend, server: NodeRef, command: Sequence[str]) -> list[object]:
    said = backend.run(server, command, user="ops", timeout_s=_SEARCH_S, cap_bytes=_MOST_BYTES)
    if said.cut:
        raise CouldNotTell("that is more than can be shown at once; ask for fewer lines (-n)")
    if said.exit_code:
        told = said.stderr.decode(errors="replace").strip()[-300:]
        raise CouldNotTell(f"{server.node} cannot tell its lines: {told or said.exit_code}")
    return [json.loads(line) for line in said.text.splitlines()]
