"""Does db1 let go of old write-ahead log again, and is it as safe as before?"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

from barelab.grading import Evidence, Subject, check, evidence, takes_payment
from barelab.grading.evidence import Beside
from barelab.support.wait import until

NODE = "db1"
PSQL = ("runuser", "-u", "postgres", "--", "psql", "--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1")
# Three files' worth of log, and a checkpoint, after which those before it are of no use.
FILL = (
    "SELECT pg_logical_emit_message(true, 'check', 'check');\nSELECT pg_switch_wal();\n" * 3
    + "CHECKPOINT;\n"
)
FILLED = 3
# Finished files that may still be there, or be wanted, behind the last checkpoint's beginning.
SPARE = 1
MOST_BYTES = 512 << 20
PATIENCE_S = 8.0
SAFE = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_apply", "remote_write", "local"),
    "wal_level": ("replica", "logical"),
}

# Runs beside the node. The formats are those of PostgreSQL 17's pg_control (the checkpoint's
# redo position at 40) and replication slots (from 16: name, at 96 the position that it wants).
LOOK = r"""
import json, os, struct
root, data = "/proc/1/root", "/proc/1/root/var/lib/postgresql/17/main"
def segment(name):
    return int(name[8:16], 16) * 256 + int(name[16:24], 16)
def is_segment(name):
    return len(name) == 24 and not set(name) - set("0123456789ABCDEF")
control = open(data + "/global/pg_control", "rb").read()
version, = struct.unpack_from("<I", control, 8)
redo, = struct.unpack_from("<Q", control, 40)
wal = data + "/pg_wal"
if os.path.islink(wal):
    wal = root + os.path.normpath(os.path.join("/var/lib/postgresql/17/main", os.readlink(wal)))
files = [name for name in os.listdir(wal) if is_segment(name)]
ready = [n[:24] for n in os.listdir(wal + "/archive_status") if n.endswith(".ready")]
slots = {}
for name in os.listdir(data + "/pg_replslot"):
    state = open(data + "/pg_replslot/" + name + "/state", "rb").read()
    wants, = struct.unpack_from("<Q", state, 96)
    if wants:
        slots[name] = wants >> 24
print(json.dumps({
    "version": version,
    "redo": redo >> 24,
    "oldest": min(map(segment, files), default=0),
    "bytes": 16777216 * len(files),
    "ready": [segment(name) for name in ready if is_segment(name)],
    "slots": slots,
}))
"""


class Wal(NamedTuple):
    """db1's write-ahead log as its files tell it; positions count files of 16 MB."""

    redo: int
    oldest: int
    size_bytes: int
    wanted: int
    seen: Beside

    @property
    def kept(self) -> int:
        """How many files are older than what the last checkpoint needs."""
        return max(self.redo - self.oldest, 0)

    @property
    def told(self) -> str:
        """The files in words."""
        return f"pg_wal holds {self.size_bytes >> 20} MB, {self.kept} files of them for nothing"


@check("What the database has finished with, it uses again or removes", points=5)
def wal_is_recycled(on: Subject) -> Evidence:
    """Writes until three more files are full, lets a checkpoint come, and looks what is kept."""
    before = _look(on)
    _sql(on, FILL)
    after = _until(on, lambda wal: wal.kept <= SPARE)
    wal = after or _look(on)
    assert wal.redo >= before.redo + FILLED, "db1 did not write what it was asked to write"
    told = f"{FILLED} files of 16 MB were filled, then came a checkpoint: {wal.told}"
    assert after, told
    assert wal.size_bytes <= MOST_BYTES, f"{told}; more than {MOST_BYTES >> 20} MB is too much"
    return evidence(told, wal.seen)


@check("Nobody waits for log that was finished long ago", points=3, alone=True)
def nobody_wants_old_wal(on: Subject) -> Evidence:
    """Deleting the files behind the database's back does not end the wish for them."""
    wal = _until(on, lambda wal: not wal.wanted)
    assert wal, f"db1 still means to hand on {_look(on).wanted} files that it has finished with"
    return evidence("db1 keeps no finished files for anybody", wal.seen)


@check("A payment that comes in is kept and can be looked up", points=1)
def payments_arrive(on: Subject) -> Evidence:
    """With a key that nobody has seen before. This was fine all the time."""
    return takes_payment(on)


@check("What was committed survives a crash, and can be copied to another server", points=2)
def still_safe(on: Subject) -> Evidence:
    """The settings in force: less log is no gain if it no longer does what it is for."""
    wal = _look(on)
    values = _sql(on, "".join(f"SHOW {name};\n" for name in SAFE)).splitlines()
    for (name, wanted), value in zip(SAFE.items(), values, strict=True):
        assert value in wanted, f"db1: {name} is {value}"
    return evidence(f"db1: {', '.join(SAFE)} are as they should be; {wal.told}", wal.seen)


def _until(on: Subject, fits: Callable[[Wal], bool]) -> Wal | None:
    """Let checkpoints come until the files are so. What is archived late goes with the next one."""

    def found() -> Wal | None:
        _sql(on, "CHECKPOINT")
        wal = _look(on)
        return wal if fits(wal) else None

    return until(found, PATIENCE_S, every_s=0.3)


def _sql(on: Subject, statements: str) -> str:
    said = on.run(NODE, *PSQL, stdin=statements.encode())
    problem = (said.stderr or said.stdout).decode(errors="replace").strip()[-300:]
    assert said.exit_code == 0, f"{NODE}: psql: {problem}"
    return said.text.strip()


def _look(on: Subject) -> Wal:
    seen = on.beside(NODE, "python3", "-I", "-c", LOOK)
    assert seen.output.exit_code == 0, (
        f"{NODE} has no sound data folder: {seen.output.stderr.decode(errors='replace')[-200:]}"
    )
    told = json.loads(seen.text)
    assert told["version"] == 1700, f"{NODE}: not PostgreSQL 17's files ({told['version']})"
    redo = told["redo"]
    slots = [redo - wants for wants in told["slots"].values() if redo - wants > SPARE]
    ready = [each for each in told["ready"] if each < redo - SPARE]
    wanted = max([*slots, len(ready)], default=0)
    return Wal(redo, told["oldest"], told["bytes"], wanted, seen)
