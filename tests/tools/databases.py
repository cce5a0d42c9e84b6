"""Asking the database nodes of a seat, and rows that must outlive what is done to them."""

from __future__ import annotations

import json

from tools.seat import Seat


def ask(seat: Seat, node: str, statement: str, *options: str) -> str:
    """Return what a node's own server answers, an empty text where it does not."""
    psql = ("sudo", "-u", "postgres", "psql", "-XAt", *options, "-c", statement)
    return seat.run("exec", node, "--", *psql).stdout.strip()


def write(seat: Seat, node: str, key: str) -> None:
    """Write a row on a node, which must take it."""
    make = f"CREATE TABLE IF NOT EXISTS seen (key text); INSERT INTO seen VALUES ('{key}')"
    assert "INSERT 0 1" in ask(seat, node, make)


def written_on(seat: Seat, node: str) -> set[str]:
    """Return the keys of the rows that a node has."""
    return set(ask(seat, node, "SELECT key FROM seen").split())


def backups(seat: Seat) -> str:
    """Return what pgBackRest knows of backups."""
    return seat.run("exec", "backup1", "--", "sudo", "-u", "postgres", "pgbackrest", "info").stdout


def verified(seat: Seat, limit_s: float) -> set[str]:
    """Return the roles whose checks `verify` made, each of which must pass."""
    done = seat.run("verify", seat.lab, "--json", limit_s=limit_s)
    checks = json.loads(done.stdout)["checks"]
    assert not [check for check in checks if check["verdict"] != "pass"]
    assert done.returncode == 0
    return {check["name"].partition(".")[0] for check in checks}
