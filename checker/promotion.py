"""Promotion by hand: nobody is promoted beside a primary, and a lost one stays away."""

from __future__ import annotations

from barelab.grading import Evidence, Subject, check, evidence
from barelab.grading.databases import places, write


@check("A promotion beside a primary that answers is refused")
def careful(on: Subject) -> Evidence:
    """Calls the runbook where it must do nothing."""
    primary, standbys = places(on)
    for name in (primary, *standbys):
        said = on.run(name, "/usr/local/sbin/promote")
        assert said.exit_code, f"{name}: promote did not refuse"
    assert places(on)[0] == primary, "promote refused, and yet changed the primary"
    return evidence(f"promote refuses on {', '.join((primary, *standbys))}", write(on))


@check("A former primary is stopped when another node has taken over")
def fenced(on: Subject) -> Evidence:
    """Looks for what asks the other nodes, at each start and ever after; drills try it."""
    seen = []
    for node in on.lab.with_role("replication"):
        before = on.run(
            node.name, "systemctl", "show", "-P", "ExecStartPre", "postgresql@17-main.service"
        )
        assert "choose-role" in before.text, f"{node.name} starts PostgreSQL without asking others"
        seen.append(on.beside(node.name, "sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"))
        assert "choose-role --watch" in seen[-1].text, f"{node.name}: nobody watches for others"
    return evidence("every database node asks the others before it starts, and goes on", *seen)
