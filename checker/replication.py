"""The database nodes together: one takes writes, the others follow it, and none gets in its way."""

from __future__ import annotations

import functools

from barelab.grading import Beside, Evidence, Subject, check, evidence
from barelab.grading.databases import PSQL, places, sql, write
from barelab.support.wait import until

LAG_S = 3.0
LIMIT_MB = 4096
PAGES = 12
# PostgreSQL lets a segment wait a minute that could not be archived three times.
ARCHIVED_S = 75.0
STREAMS = "SELECT status FROM pg_stat_wal_receiver"
TIMELINE = "SELECT received_tli FROM pg_stat_wal_receiver"
OWN_TIMELINE = "SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int"
LIMIT = "SELECT setting FROM pg_settings WHERE name = 'max_slot_wal_keep_size'"
SLOTS = "SELECT slot_name, active, wal_status FROM pg_replication_slots"
SCANS = "SELECT sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0)) FROM pg_stat_user_tables"
# Runs beside a node: tries to log in as the role that follows, with TLS and no certificate.
TRY = """
import sys, psycopg
try:
    psycopg.connect(host=sys.argv[1], user="replicator", dbname="postgres", sslmode="require",
                    connect_timeout=8).close()
    print("let in")
except psycopg.Error as error:
    print(" ".join(str(error).split()))
"""


@check("What is written reaches every standby within seconds")
def follows(on: Subject) -> Evidence:
    """Writes through the front door, and waits for the write's place in the WAL on each standby."""
    primary, standbys = places(on)
    written = write(on)
    place = sql(on, primary, "SELECT pg_current_wal_lsn()")
    for name in standbys:
        replayed = f"SELECT pg_last_wal_replay_lsn() >= '{place}'"
        assert sql(on, name, STREAMS) == "streaming", f"{name} does not follow {primary}"
        came = until(functools.partial(_says, on, name, replayed), LAG_S, every_s=0.1)
        assert came, f"{name} has not replayed {place} of {primary} after {LAG_S:g} s"
    return evidence(f"{', '.join(standbys)} replayed {place} of {primary}", written)


@check("Exactly one database takes writes, and the application finds it")
def one_writer(on: Subject) -> Evidence:
    """Asks each node whether it is a standby, and lets each standby refuse a write."""
    primary, standbys = places(on)
    written = write(on)
    for name in standbys:
        said = on.run(name, *PSQL, "-c", "CREATE TABLE written_here ()")
        refused = "read-only transaction" in said.stderr.decode(errors="replace")
        assert said.exit_code and refused, f"{name} is a standby and took a write"
    return evidence(f"{primary} takes writes; {', '.join(standbys)} refused one", written)


@check("All databases are of one history")
def one_history(on: Subject) -> Evidence:
    """A former primary that went its own way is on another timeline."""
    primary, standbys = places(on)
    wanted = sql(on, primary, OWN_TIMELINE)
    for name in standbys:
        found = sql(on, name, TIMELINE)
        assert found == wanted, (
            f"{name} follows timeline {found or 'none'}, {primary} is on {wanted}"
        )
    return evidence(f"{', '.join((primary, *standbys))}: timeline {wanted}", write(on))


@check("WAL kept for a standby that is away is bounded")
def bounded(on: Subject) -> Evidence:
    """Each standby has a slot in use, no slot is left over, and there is a limit to all of them."""
    primary, standbys = places(on)
    limit = int(sql(on, primary, LIMIT))
    assert 0 < limit <= LIMIT_MB, f"{primary}: slots may keep {limit} MB (-1: without limit)"
    slots = dict(row.split("|", 1) for row in sql(on, primary, SLOTS).splitlines())
    for name in standbys:
        state = slots.pop(name, "missing")
        assert state.startswith("t|") and "lost" not in state, (
            f"{primary}: the slot {name}: {state}"
        )
    assert not slots, f"{primary}: nobody uses the slots {', '.join(slots)}"
    told = f"{primary}: one slot each for {', '.join(standbys)}, at most {limit} MB"
    return evidence(told, write(on))


@check("Standbys prove themselves by certificate")
def by_certificate(on: Subject) -> Evidence:
    """Who stands on a database node without one is refused, password or not."""
    seen = []
    for source in on.lab.with_role("replication"):
        for target in on.lab.with_role("replication"):
            words = (TRY, on.address(target.name))
            seen.append(on.beside(source.name, "python3", "-I", "-c", *words, timeout_s=20))
            assert "valid client certificate" in seen[-1].text, (
                f"{source.name} to {target.name}, without a certificate: {seen[-1].text}"
            )
    return evidence(f"without a certificate: {seen[-1].text}", *seen)


@check("Pages are read from a standby")
def reads(on: Subject) -> Evidence:
    """Counts what standbys read while the front page is asked for."""
    _, standbys = places(on)
    before = {name: int(sql(on, name, SCANS, "app")) for name in standbys}
    site = on.lab.sites[0]
    asked = on.ask_site(site, on.lab.app.sites[site].page, times=PAGES)
    assert asked.all_have(200), on.told(asked)

    def read() -> dict[str, int]:
        counts = {name: int(sql(on, name, SCANS, "app")) - before[name] for name in standbys}
        return {name: count for name, count in counts.items() if count > 0}

    # Each connection counts for itself, and tells it when it has been idle for a moment.
    more = until(read, 15.0, every_s=0.5)
    assert more, f"{PAGES} pages, and {', '.join(standbys)} read nothing"
    told = ", ".join(f"{name} was read {count} times" for name, count in more.items())
    return evidence(f"{PAGES} pages: {told}", asked)


@check("WAL leaves the database's node", timeout_s=120)
def archived(on: Subject) -> Evidence:
    """Ends a segment and looks for it where backups are."""
    primary, _ = places(on)
    write(on)
    file = sql(on, primary, "SELECT pg_walfile_name(pg_create_restore_point('verify'))")
    sql(on, primary, "SELECT pg_switch_wal()")
    place = on.lab.with_role("backup")[0].name
    seen: list[Beside] = []

    def arrived() -> bool:
        find = ("find", "/proc/1/root/var/lib/pgbackrest/archive", "-name", f"{file}-*")
        seen.append(on.beside(place, *find))
        return bool(seen[-1].text)

    assert until(arrived, ARCHIVED_S, every_s=0.3), (
        f"{file} of {primary} is not on {place} after {ARCHIVED_S:.0f} s"
    )
    return evidence(f"{file} of {primary} is on {place}", seen[-1])


def _says(on: Subject, node: str, statement: str) -> bool:
    return sql(on, node, statement) == "t"
