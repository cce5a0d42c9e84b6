"""What `up` ends with: addresses, log-in data, and what to try next."""

from __future__ import annotations

import shutil

from barelab.backends.base import Snapshot
from barelab.launcher.status import SeatStatus
from barelab.model.app import Account
from barelab.model.lab import Lab
from barelab.render.secrets import SeatSecrets

# The front door's own log-in for pages that have none: images/nginx.
OPERATORS = "operators"
_SHORTER = ("", "In a clone, write ./barelab, or once: export PATH=$PWD:$PATH")


def password(lab: Lab, secrets: SeatSecrets, account: Account) -> str:
    """Return the password of one of the application's accounts."""
    return secrets.password(lab.app.secrets[account.password])


def summary(status: SeatStatus, seen: Snapshot) -> list[str]:
    """Return the lines that tell a person where the lab is and what to do with it.

    `seen` is what the seat owns; from its key the log-in data follow.
    """
    lab = status.lab
    if lab is None:
        return []
    key = next(network.key for network in seen.networks if network.key)
    secrets = SeatSecrets(key, status.owner.lab)
    seat = status.owner.option
    pages = {page.name: page for page in lab.pages}
    lines = [f"{lab.title} is {status.state}.", ""]
    for name, url in status.sites.items():
        page = pages.get(name)
        lines.append(f"  {page.title if page else lab.app.sites[name].title:<18} {url}")
        lines += [
            f"  {'':<18} {account.username} / {password(lab, secrets, account)}"
            for account in lab.app.accounts.values()
            if account.site == name
        ]
        if page and page.login:
            lines.append(f"  {'':<18} {OPERATORS} / {secrets.password(OPERATORS)}")
    return [
        *lines,
        "",
        "The certificate is signed by the seat's own authority: "
        "your browser asks once, or trust it with",
        f"  barelab cp {lab.front}:/usr/local/share/ca-certificates/seat.crt .{seat}",
        "",
        "Next:",
        f"  barelab shell {lab.front}{seat}    look around, with sudo",
        f"  barelab verify {lab.name}{seat}    is it what its picture says?",
        "  barelab exercise list    break it and repair it",
        f"  barelab down {lab.name}{seat}    leave nothing behind",
        *(_SHORTER if shutil.which("barelab") is None else ()),
    ]
