"""Do the machines find each other again, by their names?"""

from __future__ import annotations

import json

from barelab.grading import (
    Evidence,
    Subject,
    check,
    evidence,
    leads_to_https,
    shows_data,
    takes_payment,
)

# Looks names up as the node is set up to: by our own program and library, which read copies of the
# node's files and ask from its network. Behind a root with nothing else in it, no library of the
# node can be loaded, whatever its nsswitch.conf names.
LOOK_UP = """
import encodings.idna, json, os, shutil, socket, sys, tempfile
root = tempfile.mkdtemp()
os.mkdir(root + "/etc")
for name in ("hosts", "host.conf", "nsswitch.conf", "resolv.conf"):
    if os.path.isfile("/proc/1/root/etc/" + name):
        shutil.copyfile("/proc/1/root/etc/" + name, root + "/etc/" + name)
os.chroot(root)
os.chdir("/")
found = {}
for name in sys.argv[1:]:
    try:
        rows = socket.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_STREAM)
        found[name] = sorted({row[4][0] for row in rows})
    except OSError as error:
        found[name] = str(error)
print(json.dumps(found))
"""


@check("The portal shows data from the database", points=3)
def portal_shows_data(on: Subject) -> Evidence:
    """Several times, because one good answer in two is no repair."""
    asked = shows_data(on, times=5)
    return evidence(f"{asked.told()}, each with data", asked)


@check("A payment that comes in is kept and can be looked up", points=3)
def payments_arrive(on: Subject) -> Evidence:
    """With a key that nobody has seen before."""
    return takes_payment(on)


@check("On each node, the names of the others lead to them", points=3)
def names_lead_home(on: Subject) -> Evidence:
    """For all programs of the node: what one of them was told instead does not help the next."""
    nodes = [node.name for node in on.lab.visible()]
    for node in nodes:
        others = [name for name in nodes if name != node]
        seen = on.beside(node, "python3", "-I", "-c", LOOK_UP, *others)
        assert seen.output.exit_code == 0, f"{node}: names cannot be looked up at all"
        for name, found in json.loads(seen.text).items():
            right = set(on.engine(name).addresses.values())
            assert isinstance(found, list), f"{node}: looked {name} up: {found}"
            assert set(found) <= right, (
                f"{node}: looked {name} up: {', '.join(found)}, which is not {name}"
            )
    return evidence(f"looked up on each of {', '.join(nodes)}: every name is right", seen)


@check("Visitors without HTTPS are still led to it", points=1)
def redirect_stays(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    return leads_to_https(on)
