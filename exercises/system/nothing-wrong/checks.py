"""Does everything still work, and was nothing changed and nothing restarted?"""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from barelab.grading import Evidence, Subject, check, evidence, shows_data, takes_payment
from barelab.grading.evidence import Beside, Changes

# Where a change is a change. Elsewhere are data, logs, and what shells and editors leave behind.
CONFIGURED = ("/etc/", "/opt/", "/srv/", "/usr/", "/var/www/")
# The engine's and systemd's own, written at every start.
OWN = ("/etc/hostname", "/etc/hosts", "/etc/machine-id", "/etc/mtab", "/etc/resolv.conf")
# No two files of the same private SSH key are alike: the format has random bytes in it.
RANDOM = b"OPENSSH PRIVATE KEY"
SERVICES = {
    "web1": "nginx.service",
    "app1": "app.service",
    "db1": "postgresql@17-main.service",
}
# Part of each start of a machine, and of nothing else.
BOOT = "basic.target"
STARTED = "39f53479d3a045ac8e11786248231fbf"
SETTINGS = "/var/lib/postgresql/17/main/postgresql.auto.conf"

# What is at each path: the hash of a file, or what it is instead.
HASHES = """
import hashlib, json, os, sys
found = {}
for path in json.loads(sys.argv[1]):
    there = "/proc/1/root" + path
    if os.path.islink(there):
        found[path] = "link to " + os.readlink(there)
    elif os.path.isdir(there):
        found[path] = "folder"
    elif os.path.isfile(there):
        with open(there, "rb") as file:
            found[path] = hashlib.sha256(file.read()).hexdigest()
    else:
        found[path] = "nothing"
print(json.dumps(found))
"""


@check("The portal shows data from the database", points=2)
def portal_shows_data(on: Subject) -> Evidence:
    """It did all the time."""
    asked = shows_data(on, times=5)
    return evidence(f"{asked.told()}, each with data", asked)


@check("A payment that comes in is kept and can be looked up", points=2)
def payments_arrive(on: Subject) -> Evidence:
    """With a key that nobody has seen before."""
    return takes_payment(on)


@check("Every file of configuration is as it was", points=3)
def files_are_as_made(on: Subject) -> Evidence:
    """Compares each with what the machine was made with, and looks for new ones."""
    told, answers = [], list[Beside | Changes]()
    for node in SERVICES:
        made = {file.path: file.content for file in on.made_with(node)}
        wanted = {
            path: hashlib.sha256(content).hexdigest()
            for path, content in made.items()
            if RANDOM not in content
        }
        changes = on.changes(node)
        other = [
            path
            for path in changes
            if path.startswith(CONFIGURED) and path not in OWN and path not in made
        ]
        seen = on.beside(node, "python3", "-I", "-c", HASHES, json.dumps([*wanted, *other]))
        assert seen.output.exit_code == 0, f"{node}: its files cannot be read"
        found = json.loads(seen.text)
        for path, digest in wanted.items():
            assert found[path] == digest, f"{node}: {path} is not as the machine was made with"
        for path in other:
            # A folder alone differs from the image's as soon as something in it was touched.
            assert found[path] == "folder", f"{node}: {path} was added, changed or removed"
        told.append(f"{node}: {len(wanted)}")
        answers += [seen, changes]
    settings = on.file("db1", SETTINGS).decode(errors="replace")
    lines = [line for line in settings.splitlines() if line and not line.startswith("#")]
    assert not lines, f"db1: the server was given settings: {', '.join(lines)}"
    return evidence(f"files as the machines were made with: {', '.join(told)}", *answers)


@check("No service was restarted", points=3)
def nothing_was_restarted(on: Subject) -> Evidence:
    """Reads each node's journal: as many starts of the service as of the machine."""
    told = []
    for node, service in SERVICES.items():
        seen = on.beside(
            node,
            *("journalctl", "--quiet", "--no-pager", "--output=json", "--output-fields=UNIT"),
            *("--directory=/proc/1/root/var/log/journal", f"MESSAGE_ID={STARTED}"),
            *(f"UNIT={BOOT}", f"UNIT={service}"),
        )
        starts = Counter(json.loads(line).get("UNIT") for line in seen.text.splitlines())
        assert starts[BOOT], f"{node}: its journal does not tell of any start"
        assert 0 < starts[service] <= starts[BOOT], (
            f"{node}: {starts[service]} starts of {service}, {starts[BOOT]} of the machine"
        )
        told.append(f"{service} on {node}")
    return evidence(f"started with the machine and never again: {', '.join(told)}", seen)
