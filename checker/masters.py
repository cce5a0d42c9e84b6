"""Two masters: what is written on one is on the other, and the site needs but one of them."""

from __future__ import annotations

import functools

from barelab.grading import Beside, Browser, Evidence, Subject, check, evidence
from barelab.grading.databases import PSQL, paid, sql, write
from barelab.grading.evidence import Outside
from barelab.support.wait import until

DATABASE = "app"
UNIT = "postgresql@17-main.service"
COMPARE = "/usr/local/lib/masters/compare.py"
# What is written there is here within so many seconds, also on a busy machine.
THERE_S = 5.0
# The goal of a drill with one master off is 6 s.
GOES_ON_S = 20.0
# It starts, gets what it missed, and each connection to the other one ends within 10 s.
BACK_S = 90.0
BEHIND_BYTES = 4 << 20
SLOT_LIMIT_MB = 4096
# 0: written here. Anything else: taken over.
ORIGIN = """
    SELECT coalesce((pg_xact_commit_timestamp_origin(xmin)).roident, 0) FROM django_session
     WHERE session_key = '{key}'
"""
NUMBERS = """
    SELECT seqrelid::regclass || ' ' || seqincrement || ' ' || seqstart % seqincrement
      FROM pg_sequence JOIN pg_class ON pg_class.oid = seqrelid
     WHERE relnamespace = 'public'::regnamespace ORDER BY 1
"""
TAKES = """
    SELECT count(*) FILTER (WHERE subenabled AND pid IS NOT NULL AND suborigin = 'none')
      FROM pg_subscription JOIN pg_stat_subscription USING (subname) WHERE relid IS NULL
"""
SLOTS = """
    SELECT slot_name, active, pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint
      FROM pg_replication_slots WHERE slot_type = 'logical'
"""
LIMIT = "SELECT setting FROM pg_settings WHERE name = 'max_slot_wal_keep_size'"
# Tables that the application has, and that are not sent, not taken over, or not copied whole.
LEFT_OUT = """
    SELECT t.oid::regclass FROM pg_class t
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND NOT (
         EXISTS (SELECT FROM pg_publication_tables
                  WHERE pubname = 'masters' AND schemaname = 'public' AND tablename = relname)
         AND EXISTS (SELECT FROM pg_subscription_rel WHERE srrelid = t.oid AND srsubstate = 'r'))
"""
EXCESS = """
    SELECT rolname || ' is powerful' FROM pg_roles WHERE rolname IN ('mirror', 'applier')
       AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls)
    UNION ALL
    SELECT 'mirror may change ' || oid::regclass FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND CASE relkind
           WHEN 'r' THEN has_table_privilege('mirror', oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
           WHEN 'S' THEN has_sequence_privilege('mirror', oid, 'UPDATE') END
    UNION ALL
    SELECT m.member::regrole || ' is a member of ' || m.roleid::regrole FROM pg_auth_members m
     WHERE m.member IN ('mirror'::regrole, 'applier'::regrole)
       AND (m.member, m.roleid) <> ('applier'::regrole, 'app_owner'::regrole)
    UNION ALL
    SELECT 'changes are taken over as ' || subowner::regrole FROM pg_subscription
     WHERE subowner <> 'applier'::regrole
    UNION ALL
    SELECT 'applier may log in' FROM pg_hba_file_rules WHERE 'applier' = ANY (user_name)
"""
# On one master alone: a session that has ended.
PLANT = """
    SELECT pg_replication_origin_session_setup('mended');
    INSERT INTO django_session VALUES ('{key}', '', now() - interval '1 day')
"""
COUNT = "SELECT count(*) FROM django_session WHERE session_key = '{key}'"
# Runs beside a node: tries to log in as the role that reads changes, with TLS and no certificate.
TRY = """
import sys, psycopg
try:
    psycopg.connect(host=sys.argv[1], user="mirror", dbname="app", sslmode="require",
                    connect_timeout=8).close()
    print("let in")
except psycopg.Error as error:
    print(" ".join(str(error).split()))
"""


@check(
    "Each site writes on a master of its own, and the other one has it within seconds",
    timeout_s=120,
)
def pinned(on: Subject) -> Evidence:
    """Logs in at each site, and finds the session on both, written on one and taken over by one."""
    told, seen = [], list[Outside]()
    for number, site in enumerate(on.lab.sites):
        account = next(n for n, each in on.lab.app.accounts.items() if each.site == site)
        visitor = Browser(on, site)
        visitor.log_in(account)
        seen.append(visitor.get("/"))
        own = _masters(on)[number % len(_masters(on))]
        statement = ORIGIN.format(key=visitor.cookie("sessionid"))
        for name in _masters(on):
            origin = until(
                functools.partial(sql, on, name, statement, DATABASE), THERE_S, every_s=0.1
            )
            assert origin, f"{site}: {name} has not the session after {THERE_S:g} s"
            here = origin == "0"
            assert here == (name == own), f"{site} wrote {'on' if here else 'not on'} {name}"
        told.append(f"{site} writes on {own}")
    return evidence(f"{', '.join(told)}; each session is on {' and '.join(_masters(on))}", *seen)


@check("Both take over all tables from the other, and are not behind")
def taken_over(on: Subject) -> Evidence:
    """And nobody takes back what he wrote himself: a change would go round for ever."""
    paid_for = write(on)
    for name in _masters(on):
        assert sql(on, name, TAKES, DATABASE) == "1", f"{name} does not take over what others write"
        left = sql(on, name, LEFT_OUT, DATABASE).split()
        assert not left, f"{name} leaves out {', '.join(left)}"
        slots = [row.split("|") for row in sql(on, name, SLOTS, DATABASE).splitlines()]
        others = [each for each in _masters(on) if each != name]
        assert [slot for slot, *_ in slots] == others, f"{name} keeps WAL for {slots}"
        for slot, active, behind in slots:
            assert active == "t", f"{slot} takes nothing over from {name}"
            assert int(behind) <= BEHIND_BYTES, f"{slot} is {behind} bytes behind {name}"
        limit = int(sql(on, name, LIMIT))
        assert 0 < limit <= SLOT_LIMIT_MB, f"{name}: slots may keep {limit} MB (-1: without limit)"
    return evidence(f"{' and '.join(_masters(on))} take over from each other", paid_for)


@check("No two masters give the same key")
def keys_are_interleaved(on: Subject) -> Evidence:
    """Every table's numbers go on by as many as there are masters, from another one each."""
    written = write(on)
    found = {name: _numbers(on, name) for name in _masters(on)}
    several, first = str(len(found)), next(iter(found.values()))
    for table in first:
        given = [each.get(table, ("", "")) for each in found.values()]
        assert all(step == several for step, _ in given), f"{table} goes on by {given}"
        assert len({turn for _, turn in given}) == len(given), (
            f"{table} gives the same keys: {given}"
        )
    assert all(each.keys() == first.keys() for each in found.values()), (
        "they have not the same tables"
    )
    return evidence(f"{len(first)} tables, each by {several}", written)


@check("The comparison finds both masters equal, and is made every few minutes", timeout_s=120)
def equal(on: Subject) -> Evidence:
    """Makes one, and looks when the last one was made by itself."""
    first, written = _masters(on)[0], write(on)
    said = on.run(first, "runuser", "-u", "postgres", "--", COMPARE, timeout_s=100)
    assert said.exit_code == 0, f"{first}: {(said.stderr or said.stdout).decode()[-500:]}"
    assert said.text.startswith("equal"), said.text[:200]
    at = on.run(
        first, "systemctl", "show", "-P", "NextElapseUSecMonotonic", "masters-compare.timer"
    )
    active = on.run(first, "systemctl", "is-active", "masters-compare.timer").text.strip()
    assert active == "active", f"{first}: masters-compare.timer is {active}"
    return evidence(f"{said.text.strip()}; next at {at.text.strip()}", written)


@check(
    "Rows that come apart are found, named, and mended by the runbook", alone=True, timeout_s=180
)
def divergence_is_mended(on: Subject) -> Evidence:
    """Puts a session on one master alone that nobody has a cookie for, and takes it away."""
    one, two = _masters(on)
    written, key = write(on), f"verify{on.nonce()}"
    sql(on, two, PLANT.format(key=key), DATABASE)
    try:
        said = on.run(one, "runuser", "-u", "postgres", "--", COMPARE, timeout_s=60)
        named = said.stderr.decode(errors="replace")
        assert said.exit_code == 1 and key in named, f"{key} is on {two} alone: {named[-300:]}"
    finally:
        mended = on.run(one, "mend-divergence", "--from", one, "django_session", key, timeout_s=90)
    assert mended.exit_code == 0, f"mend-divergence: {mended.text[-300:]}"
    left = sql(on, two, COUNT.format(key=key), DATABASE)
    assert left == "0", f"{two} still has the session {key}"
    return evidence(f"{named.strip()[:200]}; {mended.text.strip()[-100:]}", written)


@check("Who reads and who writes the other's changes may do that, and nothing else")
def least_privilege(on: Subject) -> Evidence:
    """One role logs in, by certificate, and reads; one writes as the tables' owner."""
    written, seen = write(on), list[Beside]()
    for name in _masters(on):
        excess = sql(on, name, EXCESS, DATABASE).splitlines()
        assert not excess, f"{name}: {', '.join(excess[:5])}"
        for source in on.callers(name, 5432):
            seen.append(
                on.beside(source, "python3", "-I", "-c", TRY, on.address(name), timeout_s=20)
            )
            refused = (
                "valid client certificate",
                "pg_hba.conf",
                "certificate authentication failed",
            )
            assert any(why in seen[-1].text for why in refused), (
                f"{source} to {name} as mirror, without a certificate: {seen[-1].text}"
            )
    return evidence(f"without a certificate: {seen[-1].text}", written, *seen)


@check(
    "With one master off the site goes on with the other, and comes back", alone=True, timeout_s=240
)
def goes_on(on: Subject) -> Evidence:
    """Turns off the first site's, pays, and has it on again: it gets the payment, then the site."""
    one, two = _masters(on)
    paid(on, THERE_S)
    on.run(one, "systemctl", "stop", UNIT, timeout_s=30)
    try:
        key = paid(on, GOES_ON_S)
        assert _has(on, two, key), f"the payment {key} is not on {two}"
    finally:
        on.run(one, "systemctl", "start", UNIT, timeout_s=60)
    assert until(lambda: _has(on, one, key), BACK_S, every_s=0.5), f"{one} is on, without {key}"

    def back() -> bool:
        visitor = Browser(on, on.lab.sites[0])
        visitor.get("/login/")
        account = next(n for n, a in on.lab.app.accounts.items() if a.site == on.lab.sites[0])
        visitor.log_in(account)
        origin = sql(on, one, ORIGIN.format(key=visitor.cookie("sessionid")), DATABASE)
        return origin == "0"

    assert until(back, BACK_S, every_s=2), f"{on.lab.sites[0]} still writes on {two}"
    return evidence(f"{key} was paid with {one} off, and is there now", write(on))


def _masters(on: Subject) -> list[str]:
    return [node.name for node in on.lab.with_role("masters")]


def _has(on: Subject, node: str, key: str) -> bool:
    """Return whether a master has a payment."""
    question = (on.lab.app.written or "").replace("%s", f"'{key}'")
    said = on.run(node, *PSQL, DATABASE, "-c", question)
    return said.text.strip() == "t"


def _numbers(on: Subject, node: str) -> dict[str, tuple[str, str]]:
    """Return by how much each table's numbers go on and from where."""
    rows = [row.split() for row in sql(on, node, NUMBERS, DATABASE).splitlines()]
    return {name: (step, turn) for name, step, turn in rows}
