"""`shell`, `exec` and `cp`: into a node and out of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn

import click

from barelab.backends.base import Backend, NodeRef, SeatRef
from barelab.backends.opening import open_backend
from barelab.cli.options import LAB, SEAT
from barelab.launcher.find import find_node
from barelab.support import console
from barelab.support.errors import UsageError
from barelab.support.interrupts import as_keyboard_interrupt

_LOGIN = ("bash", "--login")


@click.command()
@click.argument("node")
@SEAT
@LAB
def shell(node: str, seat: str, lab: str | None) -> None:
    """Log in to a node as its operator, who may use sudo."""
    if not sys.stdin.isatty():
        option = SeatRef("", seat).option
        raise UsageError(
            f"a shell needs a terminal; `barelab exec {node}{option} -- COMMAND` does not"
        )
    backend = open_backend()
    sys.exit(backend.attach(find_node(backend, node, seat, lab), _LOGIN, "ops"))


@click.command(name="exec", context_settings={"ignore_unknown_options": True})
@click.argument("node")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@SEAT
@LAB
def exec_command(node: str, command: tuple[str, ...], seat: str, lab: str | None) -> None:
    """Run a command in a node as its operator; its exit code is the command's.

    Where we are interrupted, or nobody reads its output any more, it is ended in the node, too.
    """
    backend = open_backend()
    ref = find_node(backend, node, seat, lab)
    if sys.stdin.isatty() and sys.stdout.isatty():
        sys.exit(backend.attach(ref, command, "ops"))
    stdin = b"" if sys.stdin.isatty() else sys.stdin.buffer.read()
    pass_through(backend, ref, command, "ops", stdin)


def pass_through(
    backend: Backend, ref: NodeRef, command: Sequence[str], user: str, stdin: bytes = b""
) -> NoReturn:
    """Run a command in a node, print what it prints, and end as it does."""
    as_keyboard_interrupt()
    out, err = (partial(console.send, stream.buffer) for stream in (sys.stdout, sys.stderr))
    sys.exit(backend.pass_through(ref, command, user, stdin, out, err))


@click.command()
@click.argument("source", metavar="SRC")
@click.argument("target", metavar="DST")
@SEAT
@LAB
def cp(source: str, target: str, seat: str, lab: str | None) -> None:
    """Copy a file or folder between here and a node, written NODE:/PATH.

    As `cp -r` does it: into DST where that is a folder, with the modes less the umask, and what is
    there keeps its owner and mode. What is new in a node is root's. Links that lead out of a
    copied folder become copies of their files. A name here that has a colon is written ./a:b.
    """
    from barelab.launcher.copying import copy_in, copy_out

    backend = open_backend()
    there, here = _in_node(source), _in_node(target)
    if there and not here:
        ref = find_node(backend, there[0], seat, lab)
        copy_out(backend, ref, there[1], target, console.note)
    elif here and not there:
        ref = find_node(backend, here[0], seat, lab)
        copy_in(backend, ref, Path(source), here[1], console.note)
    else:
        raise UsageError("one of SRC and DST names a file in a node, as NODE:/PATH")


def _in_node(text: str) -> tuple[str, str] | None:
    """Return a node and the path in it; None where a file here is meant."""
    node, colon, path = text.partition(":")
    return (node, path) if node and colon and "/" not in node else None
