"""Do the lines of every node arrive, those that were written meanwhile as well?"""

from __future__ import annotations

import json
from datetime import datetime

from barelab.grading import Beside, Evidence, Subject, check, evidence, shows_data
from barelab.support.wait import until

SERVER, SILENT = "log1", "worker1"
# A sender that was refused tries again after 15 s at most.
SOON_S = 45.0
AGAIN_S = 3.0
# A node's first line is of its first start, which is not long after it was made.
FIRST_S = 120.0
# Beside a node: number and moment of its journal's first line, then a digest of each line. What
# rsyslog would write in another way, such as a line break, is left out.
WRITTEN = """
import hashlib, json, subprocess
read = ["journalctl", "--directory=/proc/1/root/var/log/journal", "--output=json", "--quiet"]
rows = [json.loads(row) for row in subprocess.check_output(read).splitlines()]
print(rows[0]["__SEQNUM"], int(rows[0]["__REALTIME_TIMESTAMP"]) / 1e6)
for row in rows:
    text = row.get("MESSAGE")
    plain = isinstance(text, str) and text.isascii() and text.isprintable()
    if plain and text.strip() and "MARK" not in text:
        print(hashlib.sha1(text.strip().encode()).hexdigest()[:10])
"""
# Beside the log server: the digests of what it has of a node.
KEPT = """
import glob, hashlib, json, sys
for name in glob.glob(f"/proc/1/root/var/log/nodes/{sys.argv[1]}/*"):
    for line in open(name, errors="replace"):
        try:
            text = json.loads(line)["message"]
        except (ValueError, KeyError):
            continue
        print(hashlib.sha1(text.strip().encode()).hexdigest()[:10])
"""
# Beside the log server: which of some words stand in a line of which node.
HOLDS = """
import glob, json, sys
words = json.loads(sys.argv[1])
for node, word in words.items():
    for name in glob.glob(f"/proc/1/root/var/log/nodes/{node}/*"):
        if word in open(name, errors="replace").read():
            print(node)
"""


@check("What each node writes arrives on the log server soon", points=4, timeout_s=120)
def lines_arrive(on: Subject) -> Evidence:
    """Says it again until it is there: that a connection is dead is noticed by who sends."""
    words = {node.name: f"check-{on.nonce()}" for node in on.lab.visible()}
    seen: list[Beside] = []

    def missing() -> list[str]:
        there = seen[-1].text.split() if seen else []
        return [name for name in words if name not in there]

    def arrived() -> bool:
        for name in missing():
            on.run(name, "systemd-cat", "--priority=info", "echo", words[name])
        seen.append(on.beside(SERVER, "python3", "-I", "-c", HOLDS, json.dumps(words)))
        return not missing()

    until(arrived, SOON_S, every_s=AGAIN_S)
    assert not missing(), f"{SERVER} has no line that {', '.join(missing())} wrote just now"
    return evidence(f"a line each of {', '.join(words)}", seen[-1])


@check(
    "Everything that the worker ever wrote is on the log server as well", points=5, timeout_s=120
)
def nothing_lost(on: Subject) -> Evidence:
    """Compares the node's journal, from its first line on, with what the log server has of it."""
    written = on.beside(SILENT, "python3", "-I", "-c", WRITTEN, timeout_s=30)
    first, *rows = written.text.splitlines()
    number, moment = first.split()
    age_s = float(moment) - datetime.fromisoformat(on.engine(SILENT).created_at).timestamp()
    assert number == "1" and age_s < FIRST_S, f"the first lines of {SILENT} are not there any more"
    seen: list[Beside] = []

    def missing() -> int:
        seen.append(on.beside(SERVER, "python3", "-I", "-c", KEPT, SILENT, timeout_s=30))
        return len(set(rows) - set(seen[-1].text.split()))

    until(lambda: not missing(), SOON_S, every_s=AGAIN_S)
    lost = missing()
    assert not lost, f"of {len(set(rows))} different lines {lost} are not on {SERVER}"
    return evidence(f"{len(set(rows))} different lines, {SERVER} has them all", written, seen[-1])


@check("The portal shows data", points=1)
def portal_shows_data(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    asked = shows_data(on, times=3)
    return evidence(f"{asked.told()}, each with data", asked)
