#!/usr/bin/python3
"""Join the other master, get what it has, and let the application write here.

At the very first start both are equal, and each takes the other's changes from then on. A node
made anew beside one that goes on copies everything. After any other start, it waits for what it
missed; where the other master is off, there is nobody to wait for.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from places import ME, PEER
from servers import SUBSCRIPTION, answers, ask, connect, has_all, until

HELD = Path("/var/lib/postgresql/17/held.conf")
# A copy that was begun must be made, however often this is interrupted.
BEGUN = Path("/var/lib/postgresql/17/copying")
INTERLEAVE = "/etc/postgresql/interleave.sql"
BIN = "/usr/lib/postgresql/17/bin"
# So long one that starts waits for one that may be starting, too.
PATIENCE_S = 15.0
CATCH_UP_S = 120.0
EVER_S = 24 * 3600.0
COPIED_S = 900.0
SLOTS = "SELECT count(*) FROM pg_replication_slots WHERE slot_name = %s"
DROP = "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = %s"
COPYING = "SELECT count(*) FROM pg_subscription_rel WHERE srsubstate <> 'r'"


def main() -> int:
    """Return 0 when the application may write here."""
    if not ask(ME, "SELECT 1 FROM pg_subscription"):
        until(lambda: answers(PEER), EVER_S)
        if BEGUN.exists() or ask(PEER, SLOTS, ME)[0][0]:
            copy()
        else:
            # First: who may write before this is done, an operator for example, would collide.
            interleave()
            subscribe(copy_data=False)
        print(f"takes over what is written on {PEER}", flush=True)
    until(lambda: not ask(ME, COPYING)[0][0], COPIED_S)
    interleave()
    # What is written here must not be lost for the other one.
    until(lambda: ask(ME, SLOTS, PEER)[0][0], EVER_S)
    if not until(lambda: answers(PEER), PATIENCE_S):
        print(f"<4>{PEER} is off: what it had not sent yet comes when it is on", file=sys.stderr)
    elif not has_all(ME, PEER, CATCH_UP_S):
        print(f"<4>goes on without all that {PEER} has; see: masters-state", file=sys.stderr)
    HELD.unlink(missing_ok=True)
    ask(ME, "SELECT pg_reload_conf()")
    return 0


def subscribe(*, copy_data: bool) -> None:
    """Take over the other one's changes from now on; as a role that is no superuser.

    The slot is made on its own: it waits for what writes there to end, and CREATE SUBSCRIPTION,
    which would make it, writes here. Of two that do it at once, each would wait for the other.
    """
    ask(PEER, "SELECT pg_create_logical_replication_slot(%s, 'pgoutput')", ME)
    reach = f"service={PEER} application_name={ME}"
    with connect(ME) as database:
        database.execute(
            f"CREATE SUBSCRIPTION {SUBSCRIPTION} CONNECTION '{reach}' PUBLICATION masters WITH"
            f" (connect = false, origin = none, slot_name = {ME}, password_required = false)"
        )
        for change in (
            "OWNER TO applier",
            "ENABLE",
            f"REFRESH PUBLICATION WITH (copy_data = {copy_data})",
        ):
            database.execute(f"ALTER SUBSCRIPTION {SUBSCRIPTION} {change}")


def unsubscribe() -> None:
    """Forget how far this master was; the slot on the other one is gone."""
    with connect(ME) as database:
        for change in ("DISABLE", "SET (slot_name = NONE)"):
            database.execute(f"ALTER SUBSCRIPTION {SUBSCRIPTION} {change}")
        database.execute(f"DROP SUBSCRIPTION {SUBSCRIPTION}")


def copy() -> None:
    """Replace all tables with the other master's; it subscribes here by itself (watch.py)."""
    print(f"{PEER} has gone on without this node: copying everything", flush=True)
    BEGUN.touch()
    with connect(PEER) as there:
        there.execute(DROP, (ME,))
    with connect(ME) as here:
        here.execute("DROP SCHEMA IF EXISTS public, node CASCADE")
        here.execute("CREATE SCHEMA public AUTHORIZATION pg_database_owner")
    dump(["--schema-only", "--no-publications", "--no-subscriptions"])
    dump(["--data-only", "--schema=node"])
    with connect(ME) as here:
        here.execute("ALTER PUBLICATION masters SET TABLES IN SCHEMA public")
    subscribe(copy_data=True)
    BEGUN.unlink()


def dump(words: list[str]) -> None:
    """Have here what pg_dump reads from the other master."""
    read = [f"{BIN}/pg_dump", f"--dbname=service={PEER}", *words]
    write = [f"{BIN}/psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "app"]
    done = subprocess.run(read, capture_output=True, check=True)
    subprocess.run(write, input=done.stdout, check=True)


def interleave() -> None:
    """Give keys that the other master does not give."""
    words = ["-Xq", "-v", "ON_ERROR_STOP=1", "-f", INTERLEAVE, "app"]
    subprocess.run([f"{BIN}/psql", *words], check=True)


if __name__ == "__main__":
    sys.exit(main())
