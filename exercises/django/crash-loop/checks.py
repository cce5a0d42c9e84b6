"""Does a release run, the one that is meant to, and with everything that was there before?"""

from __future__ import annotations

import json

from barelab.grading import Browser, Evidence, Subject, check, evidence, shows_data, takes_payment

APP, PORT = "app1", 8000
# Requests wait in the socket while the application starts, so silence here is no quick start.
SILENT_S = 6.0
# What Django's admin offers, by its address.
ADMIN = ("accounts/subscriber", "billing/invoice", "support/ticket")

# Gunicorn's processes below another one of its own, and whether all stand in the folder that
# `current` means. By the folders themselves: a name could be anything.
PROCESSES = """
import json, os, time

def same(one, other):
    try:
        return os.path.samestat(os.stat(one), os.stat(other))
    except OSError:
        return False

def gunicorns():
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = open(f"/proc/{pid}/cmdline", "rb").read().split(b"\\0")
            parent = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if any(word.endswith(b"/gunicorn") for word in words[:3]):
            found[pid] = parent
    return found

link = "/opt/app/current"
for _ in range(8):
    if not os.path.islink("/proc/1/root" + link):
        break
    link = os.path.normpath(os.path.join(os.path.dirname(link), os.readlink("/proc/1/root" + link)))
deadline = time.monotonic() + 4
while True:
    found = gunicorns()
    workers = [pid for pid, parent in found.items() if parent in found]
    there = [pid for pid in found if same(f"/proc/{pid}/cwd", "/proc/1/root" + link)]
    good = bool(workers) and len(there) == len(found)
    if good or time.monotonic() > deadline:
        break
    time.sleep(0.1)
where = sorted({os.readlink(f"/proc/{p}/cwd") for p in found if os.path.lexists(f"/proc/{p}/cwd")})
print(json.dumps({"current": link, "workers": len(workers), "good": good, "where": where}))
"""


@check("Both sites answer through web1, the portal with data", points=3)
def portal_shows_data(on: Subject) -> Evidence:
    """Several times, because a worker that lives for a moment may answer once."""
    _answers(on)
    asked = shows_data(on, times=8)
    console = on.ask_site("console", "/", times=2)
    assert all(answer.status in (200, 302) for answer in console), on.told(console)
    return evidence(f"{asked.told()}, each with data; {console.told()}", asked, console)


@check("A payment that comes in is kept and can be looked up", points=3)
def payments_arrive(on: Subject) -> Evidence:
    """With a key that nobody has seen before: no page prepared in advance can know it."""
    _answers(on)
    return takes_payment(on)


@check("Operators log in, and find what they had before", points=2, timeout_s=90.0)
def admin_has_tickets(on: Subject) -> Evidence:
    """An application also starts when a part of it is thrown out."""
    _answers(on)
    operator = Browser(on, "console")
    operator.log_in("operator")
    for path in ("/tickets/", "/subscribers/", "/admin/"):
        asked = operator.get(path)
        assert asked.all_have(200), f"as an operator {on.told(asked)}"
    missing = [part for part in ADMIN if f'"/admin/{part}/"' not in asked.first.text]
    assert not missing, f"as an operator {asked.told()}, without {', '.join(missing)}"
    return evidence(f"as an operator {asked.told()}, with {', '.join(ADMIN)}", asked)


@check("The release that runs is the one that `current` names", points=2)
def current_runs(on: Subject) -> Evidence:
    """The commands of the night take that one; so does the next start."""
    seen = on.beside(APP, "python3", "-I", "-c", PROCESSES)
    assert seen.output.exit_code == 0, f"{APP}: its processes could not be read"
    said = json.loads(seen.text)
    assert said["workers"], f"{APP}: for some seconds, Gunicorn had no worker at any moment"
    told = f"{APP}: {said['workers']} workers run in {', '.join(said['where'])}"
    assert said["good"], f"{told}, and `current` is {said['current']}"
    return evidence(f"{told}, and so says `current`", seen)


@check("The server for uploaded files answers", points=1)
def uploads_answer(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    asked = on.ask_site("portal", f"/media/tickets/{on.nonce()}.pdf")
    assert asked.all_have(404), f"{on.told(asked)}, for a file that does not exist"
    return evidence(f"{asked.told()}, for a file that does not exist", asked)


def _answers(on: Subject) -> None:
    """Return when the application answers at all; nobody needs to wait for a page before that."""
    url = f"http://{APP}{on.lab.app.live}"
    answer = on.ask(url, node=APP, port=PORT, timeout_s=SILENT_S)
    assert answer.status == 200, f"asked {url} from beside web1: {answer.told()}"
