"""Reading mail as its owner does: over IMAP, with the user's password."""

from __future__ import annotations

from typing import Any

from barelab.grading.evidence import Told
from barelab.grading.subject import Subject

IMAPS = 993
# Longer than a wrong password takes to be refused, two seconds, on a busy machine.
PATIENCE_S = 10.0


def mailbox(on: Subject, user: str, **other: Any) -> Told:
    """Look into a user's mailbox of the lab's mail server.

    `other` may hold what the probe's `imap` takes, such as `box`, `header`, `holds`, `deadline_s`,
    and another `password` than the user's.
    """
    ask: dict[str, Any] = {
        "address": on.address(on.lab.with_role("mail")[0].name),
        "port": IMAPS,
        "user": f"{user}@{on.lab.name}.localhost",
        "password": on.secret(f"mail-{user}"),
        "header": "Message-ID",
        "holds": "@",
        "timeout_s": PATIENCE_S,
    }
    return on.probe("imap", **ask | other)
