"""Does the search know who is new, and everybody that the database knows?"""

from __future__ import annotations

import base64
import time

from barelab.grading import (
    Asked,
    Beside,
    Browser,
    Evidence,
    Subject,
    check,
    entered,
    evidence,
    shows_data,
)
from barelab.support.errors import CouldNotTell
from barelab.support.wait import until

# Twice as long as until somebody looks whether anything was left.
SOON_S = 60.0
# A lab that has just started makes its first index, and Java takes its time on a busy machine.
START_S = 150.0
NODE, ASKER = "search1", "app1"
# Beside the application's node, as the application asks: how many documents there are, or what is
# said instead.
COUNT = """
import http.client, json, ssl, sys
trust = ssl.create_default_context(cafile="/proc/1/root/etc/ssl/certs/ca-certificates.crt")
link = http.client.HTTPSConnection(sys.argv[1], 9200, timeout=5, context=trust)
headers = {"Authorization": f"Basic {sys.argv[2]}", "Content-Type": "application/json"}
link.request("POST", "/app/_search", '{"size": 0, "track_total_hits": true}', headers)
answer = link.getresponse()
said = answer.read().decode(errors="replace")
print(json.loads(said)["hits"]["total"]["value"] if answer.status == 200 else said[:200])
"""


@check("Who is entered now is found by the search a moment later", points=5, timeout_s=270)
def new_are_found(on: Subject) -> Evidence:
    """Entered where customers are, and looked for where operators are."""
    search = on.lab.app.search
    if search is None:
        raise CouldNotTell("app.yaml does not say where somebody is found")
    visitor = Browser(on, on.lab.app.accounts[search.account].site)
    visitor.log_in(search.account)
    until(lambda: _counted(on)[1].text.isdigit(), START_S, every_s=1.0)
    name = entered(on)
    seen: list[Asked] = []

    def found() -> bool:
        seen.append(visitor.get(search.page.format(key=name)))
        page = seen[-1]
        return (
            page.all_have(200) and search.shows in page.first.text and f"{name} " in page.first.text
        )

    assert until(found, SOON_S, every_s=0.5), (
        f"{name} was entered, and is not found by the search within {SOON_S:g} s"
    )
    return evidence(f"{name} is found by the search", seen[-1])


@check("Everybody that the database knows is in the index", points=3, timeout_s=300)
def all_are_found(on: Subject) -> Evidence:
    """As many documents as customers and tickets, once their number stands still."""
    rows, index = _counted(on)
    since, last = time.monotonic(), index.text
    while not _same(rows, index):
        told = f"{_rows(rows)} customers and tickets; {NODE} tells of its documents: {index.text}"
        patience_s = SOON_S if index.text.isdigit() else START_S
        assert time.monotonic() - since < patience_s, told[:300]
        time.sleep(1.0)
        rows, index = _counted(on)
        if index.text != last:
            since, last = time.monotonic(), index.text
    return evidence(f"{_rows(rows)} customers and tickets, and as many documents", rows, index)


@check("The portal shows data", points=1)
def portal_shows_data(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    asked = shows_data(on, times=3)
    return evidence(f"{asked.told()}, each with data", asked)


def _counted(on: Subject) -> tuple[Asked, Beside]:
    rows = on.request(on.lab.app.counts)
    assert rows.all_have(200), on.told(rows)
    login = base64.b64encode(f"app:{on.secret('search-password')}".encode()).decode()
    index = on.beside(ASKER, "python3", "-I", "-c", COUNT, NODE, login)
    assert not index.output.exit_code, index.output.stderr.decode(errors="replace")[-200:]
    return rows, index


def _rows(rows: Asked) -> int:
    known = rows.first.json()
    return int(known["subscribers"] + known["tickets"])


def _same(rows: Asked, index: Beside) -> bool:
    return index.text == str(_rows(rows))
