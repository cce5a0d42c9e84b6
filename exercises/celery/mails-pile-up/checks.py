"""Does what a click asks for leave as a mail, and does nobody wait who asked before?"""

from __future__ import annotations

import json
import time

from barelab.grading import Beside, Evidence, Subject, check, evidence, shows_data
from barelab.grading.later import click, logged_in, mail_of
from barelab.support.wait import until

# Longer than a worker takes that has just started on a busy machine.
SOON_S = 60.0
ASKER = "app1"
# Beside the application's node, as the application asks: who wanted a mail, and has none.
WAITING = """
import json, sys, psycopg
words = json.loads(sys.argv[1])
since = "extract(epoch FROM now() - min(wanted_at))"
with psycopg.connect(**words, dbname="app", user="app", sslmode="require", connect_timeout=5) as db:
    rows = db.execute(f"SELECT count(*), coalesce({since}, 0)::int FROM billing_invoicemail"
                      " WHERE sent_at IS NULL AND wanted_at < now() - interval '1 minute'")
    print(*rows.fetchone())
"""


@check("A mail that a click asks for comes soon, and so does the next one", points=5, timeout_s=210)
def mails_leave(on: Subject) -> Evidence:
    """Two, because a worker that does one task an hour does the first one at once."""
    visitor = logged_in(on)
    clicks = [click(on, visitor) for _ in range(2)]
    deadline = time.monotonic() + SOON_S
    mails = [mail_of(on, each, max(1.0, deadline - time.monotonic())) for each in clicks]
    came = sum(bool(mail.get("mails")) for mail in mails)
    told = f"{len(clicks)} mails were asked for, and {came} came within {SOON_S:g} s"
    assert came == len(clicks), told
    most = max(len(mail["mails"]) for mail in mails)
    assert most == 1, f"{told}, one of them {most} times"
    return evidence(told, *clicks, *mails)


@check("Nobody waits any longer who asked before", points=3, timeout_s=100)
def nobody_waits(on: Subject) -> Evidence:
    """Asks the database, as the application does, for mails that were wanted and not sent."""
    seen: list[Beside] = []

    def waiting() -> int:
        words = {"host": on.address("db1"), "password": on.secret("database-password")}
        seen.append(on.beside(ASKER, "python3", "-I", "-c", WAITING, json.dumps(words)))
        assert not seen[-1].output.exit_code, seen[-1].output.stderr.decode()[-200:]
        return int(seen[-1].text.split()[0])

    until(lambda: not waiting(), SOON_S, every_s=1.0)
    count, oldest_s = map(int, seen[-1].text.split())
    assert not count, f"{count} mails wait, the oldest for {oldest_s // 60} minutes"
    return evidence("no mail that was wanted a minute ago is unsent", seen[-1])


@check("The portal shows data", points=1)
def portal_shows_data(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    asked = shows_data(on, times=3)
    return evidence(f"{asked.told()}, each with data", asked)
