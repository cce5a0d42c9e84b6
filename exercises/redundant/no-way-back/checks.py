"""Does what is written now come back from the backup that runs every night?"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from barelab.grading import Beside, Evidence, Subject, check, evidence, takes_payment
from barelab.grading.databases import places, sql
from barelab.support.wait import until

NODE, SERVICE = "backup1", "pgbackrest-backup.service"
ARCHIVE = "/proc/1/root/var/lib/pgbackrest/archive/main"
INFO = "/var/lib/pgbackrest/backup/main/backup.info"
BACKUP = re.compile(r"^(\d{8}-\d{6}F(?:_\d{8}-\d{6}[DI])?)=(\{.*\})$", re.MULTILINE)
SEGMENT = re.compile(r"/[0-9A-F]{8}([0-9A-F]{8})([0-9A-F]{8})-[0-9a-f]+(?:\.\w+)?$", re.MULTILINE)
# A new lab makes its first backup when all else is done.
FIRST_S = 75.0
BACKUP_S = 60.0
# A segment that has been finished is sent at once, and takes less than a second.
ARRIVES_S = 12.0
RESTORE_S = 75.0
DAY_S = 25 * 3600.0
# Of our own image, asking the node's systemd itself: no program of the node has a part in it.
SYSTEMCTL = (
    "mkdir -p /run/systemd/system; ln -sf /proc/1/root/run/systemd/private /run/systemd/private; "
    "export SYSTEMD_IGNORE_CHROOT=1; "
)
TIMERS = "systemctl list-timers --all --output=json; systemctl show --all '*.service' "
# Runs in a database node as a unit of its own, which goes with all that it made. The restored
# server hears nobody but us, and lets nobody in before it has replayed all log that there is.
RESTORE = r"""
set -eu
place=$1
umask 077
mkdir "$place" "$place/data"
pgbackrest --stanza=main --pg1-path="$place/data" --archive-mode=off restore
echo 'local all all trust' >"$place/hba.conf"
: >"$place/empty.conf"
exec /usr/lib/postgresql/17/bin/postgres -D "$place/data" -c config_file="$place/empty.conf" \
    -c hba_file="$place/hba.conf" -c unix_socket_directories="$place" -c listen_addresses= \
    -c hot_standby=off -c archive_mode=off -c fsync=off -c autovacuum=off \
    -c shared_buffers=16MB -c max_connections=10
"""
# Runs beside that node: asks the restored server for one payment.
FIND = """
import sys, psycopg
try:
    place = {"host": sys.argv[1], "dbname": "app", "user": "postgres", "connect_timeout": 2}
    with psycopg.connect(**place) as restored:
        print(restored.execute("SELECT count(*) FROM billing_payment WHERE key = %s",
                               (sys.argv[2],)).fetchone()[0])
except psycopg.Error as error:
    print(" ".join(str(error).split()))
"""


class Backup(NamedTuple):
    """A backup that pgBackRest knows, and the number of the segment in which it began."""

    label: str
    ended: int
    began_in: int


class Mark(NamedTuple):
    """A payment that was just made, and the number of the segment that has it."""

    key: str
    written_in: int


class Timer(NamedTuple):
    """A timer that starts a backup, and when it does next (0: never)."""

    name: str
    service: str
    in_s: float


@check(
    "From the newest backup on, all log is there, up to what is written now",
    points=3,
    timeout_s=120,
)
def log_is_whole(on: Subject) -> Evidence:
    """Looks at the repository's files: a backup is worth as much as the log behind it."""
    backup = until(lambda: _newest(on), FIRST_S, every_s=1)
    assert backup, f"{NODE} has no backup"
    return _chain(on, backup, _mark(on))


@check(
    "What is written now is found in what the nightly backup restores to",
    points=6,
    timeout_s=200,
    alone=True,
)
def restores(on: Subject) -> Evidence:
    """Has systemd start what the timer would, pays, restores, and asks for the payment there.

    A backup more does no harm. The restored copy is beside the standby's own data, and removed.
    """
    backup = _backed_up(on)
    mark = _mark(on)
    _chain(on, backup, mark)
    _, standbys = places(on)
    assert standbys, "there is no standby to restore beside"
    with _restored(on, standbys[0]) as (unit, place):
        seen: list[Beside] = []

        def answers() -> str | None:
            words = (f"/proc/1/root{place}", mark.key)
            seen.append(on.beside(standbys[0], "python3", "-I", "-c", FIND, *words))
            if seen[-1].text.isdecimal():
                return seen[-1].text
            state = on.run(standbys[0], "systemctl", "is-active", unit).text
            return None if state in ("active", "activating") else "it ended"

        said = until(answers, RESTORE_S, every_s=0.5)
        why = on.run(standbys[0], "journalctl", "-u", unit, "-n", "3", "-o", "cat").text
    last = " ".join(why.split())[-400:]
    assert said not in (None, "it ended"), (
        f"{backup.label} was restored, and the server does not come up: {last}"
    )
    assert said == "1", f"{backup.label} was restored, without the payment {mark.key}"
    told = f"{backup.label} was made, the payment {mark.key} came after it"
    return evidence(f"{told}, and is in what was restored", seen[-1])


@check("The next backup starts by itself within a day", points=1)
def next_backup_comes(on: Subject) -> Evidence:
    """Asks systemd on backup1; this was fine all the time."""
    seen, timers = _timers(on)
    due = [timer for timer in timers if timer.in_s]
    assert due, f"{NODE}: no timer has a next time for a backup"
    first = min(due, key=lambda timer: timer.in_s)
    assert first.in_s <= DAY_S, f"{NODE}: {first.name} is due in {first.in_s / 3600:.0f} hours"
    told = f"{NODE}: {first.name} starts {first.service} in {first.in_s / 3600:.1f} hours"
    return evidence(told, seen)


@check("A payment that comes in is kept and can be looked up", points=1)
def payments_arrive(on: Subject) -> Evidence:
    """With a key that nobody has seen before. This was fine all the time."""
    return takes_payment(on)


def _newest(on: Subject) -> Backup | None:
    """Return the backup that ended last, as the repository's own list has it."""
    known = on.run(NODE, "test", "-e", INFO).exit_code == 0
    text = on.file(NODE, INFO).decode() if known else ""
    found = [(label, json.loads(facts)) for label, facts in BACKUP.findall(text)]
    backups = [
        Backup(label, facts["backup-timestamp-stop"], _number(facts["backup-archive-start"]))
        for label, facts in found
    ]
    return max(backups, key=lambda backup: (backup.ended, backup.label), default=None)


def _mark(on: Subject) -> Mark:
    """Pay, and end the segment that has it: what would else happen within a minute."""
    key = f"check-{on.nonce()}"
    paid = on.request(on.lab.app.write, key)
    assert paid.first.status in on.lab.app.write.expected, f"a payment was sent: {on.told(paid)}"
    primary, _ = places(on)
    file = sql(on, primary, "SELECT pg_walfile_name(pg_create_restore_point('check'))")
    sql(on, primary, "SELECT pg_switch_wal()")
    return Mark(key, _number(file))


def _chain(on: Subject, backup: Backup, mark: Mark) -> Evidence:
    """Return evidence that no segment is missing between a backup's beginning and a mark."""
    wanted = set(range(backup.began_in, mark.written_in + 1))

    def missing() -> set[int]:
        seen.append(on.beside(NODE, "find", ARCHIVE, "-type", "f"))
        there = {_number(f"{0:08}{high}{low}") for high, low in SEGMENT.findall(seen[-1].text)}
        return wanted - there

    seen: list[Beside] = []
    until(lambda: not missing(), ARRIVES_S, every_s=0.5)
    lost = missing()
    span = f"the backup {backup.label} and a payment after it need {len(wanted)} pieces of log"
    assert not lost, f"{span}; {len(lost)} of them are not on {NODE}"
    return evidence(f"{span}, and all are on {NODE}", seen[-1])


def _number(segment: str) -> int:
    """Return a segment's place in the log, whatever its timeline."""
    return int(segment[8:16], 16) * 256 + int(segment[16:24], 16)


def _backed_up(on: Subject) -> Backup:
    """Have the nightly backup run, and return what it made."""
    before, timers = _newest(on), _timers(on)[1]
    service = timers[0].service if timers else SERVICE
    started = _systemctl(on, f"systemctl start --no-block {service}")
    why = started.output.stderr.decode(errors="replace").strip()[-300:]
    assert started.output.exit_code == 0, f"{NODE}: {service} cannot be started: {why}"
    shown: list[str] = []

    def ended() -> bool:
        said = _systemctl(on, f"systemctl show {service} -p ActiveState,Job,Result").text
        facts = dict(line.split("=", 1) for line in said.splitlines())
        shown.append(f"{facts.get('ActiveState')}, {facts.get('Result')}")
        return facts.get("ActiveState") in ("inactive", "active", "failed") and not facts.get("Job")

    over = until(ended, BACKUP_S, every_s=0.5)
    assert over, f"{NODE}: {service} was started and is not done after {BACKUP_S:g} s ({shown[-1]})"
    made = _newest(on)
    assert made and (not before or made.label != before.label), (
        f"{NODE}: {service} was started, and made no backup ({shown[-1]})"
    )
    return made


@contextmanager
def _restored(on: Subject, node: str) -> Iterator[tuple[str, str]]:
    """Restore the newest backup beside a node's own data; return the unit, and the folder."""
    unit = f"restore-{on.nonce()[:8]}.service"
    place = f"/var/lib/postgresql/{unit.removesuffix('.service')}"
    facts = {
        "User": "postgres",
        "RuntimeMaxSec": f"{RESTORE_S + 15:g}s",
        "KillSignal": "SIGQUIT",
        "TimeoutStopSec": "5s",
        "ExecStopPost": f"/usr/bin/rm -rf {place}",
    }
    words = [word for name, value in facts.items() for word in ("-p", f"{name}={value}")]
    how = ("systemd-run", "--quiet", "--collect", f"--unit={unit}", *words)
    begun = on.run(node, *how, "sh", "-c", RESTORE, "restore", place)
    assert begun.exit_code == 0, f"{node}: {begun.stderr.decode(errors='replace')[-300:]}"
    try:
        yield unit, place
    finally:
        on.run(node, "systemctl", "stop", unit)


def _timers(on: Subject) -> tuple[Beside, list[Timer]]:
    """Return the timers whose service makes a backup, those with a next time first."""
    seen = _systemctl(on, TIMERS + "-p Id,ExecStart")
    listed, _, shown = seen.text.partition("\n")
    makes = set()
    for block in shown.split("\n\n"):
        words = set(block.split())
        if "backup" in words and any(word.endswith("/pgbackrest") for word in words):
            makes.update(line[3:] for line in block.splitlines() if line.startswith("Id="))
    found = [
        Timer(
            row["unit"],
            row["activates"],
            max(row["next"] / 1e6 - time.time(), 1.0) if row["next"] else 0.0,
        )
        for row in json.loads(listed)
        if row["activates"] in makes
    ]
    return seen, sorted(found, key=lambda timer: timer.in_s or float("inf"))


def _systemctl(on: Subject, command: str) -> Beside:
    return on.beside(NODE, "sh", "-c", SYSTEMCTL + command)
