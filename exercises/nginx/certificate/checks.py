"""Do clients trust the site again, and is its key still a secret?"""

from __future__ import annotations

import time

from barelab.grading import Evidence, Subject, check, evidence, shows_data, takes_payment
from barelab.support.errors import CouldNotTell

DAY_S = 86400.0
DAYS = 30

# Prints every private key that any user of the node can read. Where others may not enter a folder,
# what is in it is safe. /usr belongs to the packages. Files may go away while it looks.
FIND_KEYS = """
import contextlib, os, stat
root, skipped = "/proc/1/root", {"proc", "sys", "dev", "usr"}
looked, folders = 0, [os.path.join(root, name) for name in os.listdir(root) if name not in skipped]
while folders:
    path = folders.pop()
    with contextlib.suppress(FileNotFoundError):
        seen = os.lstat(path)
        if stat.S_ISDIR(seen.st_mode) and seen.st_mode & stat.S_IXOTH:
            folders += (os.path.join(path, name) for name in os.listdir(path))
        elif stat.S_ISREG(seen.st_mode) and seen.st_size < 1 << 16:
            looked += 1
            if seen.st_mode & stat.S_IROTH and b"PRIVATE KEY-----" in open(path, "rb").read():
                print(path.removeprefix(root))
print(looked, "files")
"""


@check("Clients trust the portal, and it shows data", points=4)
def portal_is_trusted(on: Subject) -> Evidence:
    """The probe trusts who every machine of this site trusts, compares the name and the date."""
    asked = shows_data(on, times=5)
    days = (float(asked.first.tls["not_after"]) - time.time()) / DAY_S
    assert days > DAYS, f"{asked.told()}, but only for another {days:.0f} days"
    return evidence(f"{asked.told()}, each with data; good for another {days:.0f} days", asked)


@check("Clients trust the console", points=2)
def console_is_trusted(on: Subject) -> Evidence:
    """It has a name of its own."""
    asked = on.ask_site("console", "/login/")
    assert asked.all_have(200), on.told(asked)
    assert 'type="password"' in asked.first.text, f"{asked.told()}, without a log-in"
    return evidence(asked.told(), asked)


@check("A payment that comes in is kept and can be looked up", points=2)
def payments_arrive(on: Subject) -> Evidence:
    """With a key that nobody has seen before."""
    return takes_payment(on)


@check("No private key of web1 can be read by every user", points=1)
def key_is_private(on: Subject) -> Evidence:
    """This was fine before. Whoever has the key can be the portal."""
    seen = on.beside("web1", "python3", "-I", "-c", FIND_KEYS)
    *open_ones, looked = seen.text.splitlines() or [""]
    if not looked.endswith(" files"):
        raise CouldNotTell(f"could not look through web1: {seen.output.stderr[-200:]!r}")
    assert not open_ones, f"every user of web1 can read {', '.join(open_ones[:4])}"
    return evidence(f"looked at {looked}: no private key that every user can read", seen)
