"""A network namespace for one command: what it sees of the network is the test's choice."""

from __future__ import annotations


def with_own_network(*setup: str) -> list[str]:
    """Return what to put before a command, so that it sees loopback and what `setup` adds.

    The engine's socket is a file, so the command reaches the engine all the same.
    """
    script = "; ".join(("set -e", "ip link set lo up", *setup, 'exec "$@"'))
    return ["unshare", "--net", "sh", "-c", script, "sh"]
