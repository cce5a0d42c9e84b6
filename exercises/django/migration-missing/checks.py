"""Do the pages work that failed, and do the code that runs and the database agree?"""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from barelab.grading import Browser, Evidence, Subject, check, evidence, shows_data, takes_payment

CUSTOMER = "C000001"
APP, DATABASE = "app1", "db1"
TICKET = re.compile(r'href="(/tickets/\d+/)"')

# The migrations of the code that Gunicorn runs, and those that the database has a record of, read
# as the application would: from its node, by its own password.
MIGRATIONS = """
import json, os, pathlib, sys
import psycopg

def runs(pid):
    try:
        words = open(f"/proc/{pid}/cmdline", "rb").read().split(b"\\0")
        return any(word.endswith(b"/gunicorn") for word in words[:3])
    except OSError:
        return False

pids = [pid for pid in os.listdir("/proc") if pid.isdigit() and runs(pid)]
if not pids:
    sys.exit("Gunicorn does not run")
code = pathlib.Path(f"/proc/{pids[0]}/cwd")
there = {(path.parts[-3], path.stem) for path in code.glob("*/migrations/[0-9]*.py")}
password = open("/proc/1/root/etc/app/secrets/database-password").read().strip()
login = {"dbname": "app", "user": "app", "sslmode": "require", "connect_timeout": 5}
with psycopg.connect(host=sys.argv[1], password=password, **login) as connection:
    done = set(connection.execute("SELECT app, name FROM django_migrations").fetchall())
names = [sorted(".".join(each) for each in those) for those in (there, there - done)]
print(json.dumps({"there": names[0], "pending": names[1]}))
"""


@check("A customer opens a ticket, reads it and adds to it", points=4, timeout_s=90.0)
def customer_uses_tickets(on: Subject) -> Evidence:
    """With words that nobody has seen before: they must come back from the database."""
    customer = Browser(on, "portal")
    customer.log_in("subscriber")
    subject, more = f"Picture freezes {on.nonce()}", f"Also in the morning {on.nonce()}"
    fields = {"topic": "slow", "subject": subject, "body": "Every evening at eight."}
    sent = customer.send("/tickets/new/", fields)
    assert sent.all_have(302), f"{CUSTOMER} opens a ticket: {on.told(sent)}"
    path = urlsplit(sent.first.header("location")).path
    page = customer.get(path)
    assert page.all_have(200), f"{CUSTOMER} opens a ticket, and {on.told(page)}"
    assert subject in page.first.text, f"{page.told()}, but not the ticket that was opened"
    reply = customer.send(path, {"body": more})
    assert reply.all_have(302), f"{CUSTOMER} adds to a ticket: {on.told(reply)}"
    page = customer.get(path)
    assert more in page.first.text, f"{page.told()}, without what was added"
    for other in ("/account/", "/tickets/"):
        asked = customer.get(other)
        assert asked.all_have(200), f"as {CUSTOMER} {on.told(asked)}"
    return evidence(f"{CUSTOMER} opened {path}, added to it and read it; {asked.told()}", page)


@check("An operator sees the tickets, and one of them", points=3, timeout_s=90.0)
def operator_uses_tickets(on: Subject) -> Evidence:
    """The console reads the same tables by other pages."""
    operator = Browser(on, "console")
    operator.log_in("operator")
    for state in ("open", "answered"):
        asked = operator.get(f"/tickets/?state={state}")
        assert asked.all_have(200), f"as an operator {on.told(asked)}"
        found = TICKET.search(asked.first.text)
        assert found, f"as an operator {asked.told()}, but there is no ticket"
        page = operator.get(found[1])
        assert page.all_have(200), f"as an operator {on.told(page)}"
    return evidence(f"as an operator {asked.told()}, {page.told()}", asked, page)


@check("The database has a record of every change that the running code needs", points=2)
def nothing_is_pending(on: Subject) -> Evidence:
    """Otherwise the next release stumbles over this one's change."""
    seen = on.beside(APP, "python3", "-I", "-c", MIGRATIONS, on.address(DATABASE))
    assert seen.output.exit_code == 0, (
        f"asked {DATABASE} from {APP}: {seen.output.stderr.decode(errors='replace').strip()[-200:]}"
    )
    said = json.loads(seen.text)
    told = f"the code on {APP} has {len(said['there'])} migrations"
    assert said["there"], told
    assert not said["pending"], f"{told}; {DATABASE} knows nothing of {', '.join(said['pending'])}"
    return evidence(f"{told}, and {DATABASE} has a record of each", seen)


@check("The portal's first page shows data", points=1)
def portal_shows_data(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    asked = shows_data(on, times=1)
    return evidence(f"{asked.told()}, with data", asked)


@check("A payment that comes in is kept and can be looked up", points=1)
def payments_arrive(on: Subject) -> Evidence:
    """So was this."""
    return takes_payment(on)
