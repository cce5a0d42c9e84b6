"""Does everybody get a page soon, with what the line monitor says, although it may not answer?"""

from __future__ import annotations

import json
from pathlib import Path

from barelab.grading import Asked, Evidence, Subject, check, evidence, leads_to_https, takes_payment
from barelab.support.wait import until

# Method, path, body, and for how long to wait.
Question = tuple[str, str, str, float]

MARK = 'class="newest-name"'
APP = "app1"
# More than the application has threads.
AT_ONCE = 12
# Each visitor waits for one other at most, and both for the monitor: two or three seconds each.
PAGE_S = 10.0
# To find a thread that is free, when no other check asks.
FREE_S = 5.0
# The story asks for ten; a busy machine gets more.
SHOWN_S = 20.0
TRIED_S = 30.0
# The parts of a release that show notices, or do not.
CODE = ("VERSION", "portal/views.py", "portal/templates/portal/front.html")

# Asks the line monitor, which listens on 127.0.0.1: [[method, path, body, timeout], ...].
ASK = """
import http.client, json, sys

def ask(method, path, body, timeout):
    connection = http.client.HTTPConnection("127.0.0.1", 9100, timeout=timeout)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return [answer.status, answer.read(4096).decode()]
    except (OSError, http.client.HTTPException) as error:
        return [0, type(error).__name__]
    finally:
        connection.close()

print(json.dumps([ask(*question) for question in json.loads(sys.argv[1])]))
"""


@check(f"{AT_ONCE} visitors at once all get their page", points=4)
def many_at_once(on: Subject) -> Evidence:
    """More than there are threads, so that one slow page in each is noticed."""
    url = f"https://{on.lab.host('portal')}/"
    answer = on.probe(
        "burst", url=url, address=on.address("web1"), port=443, count=AT_ONCE, timeout_s=PAGE_S
    )
    said = answer["answers"]
    told = ", ".join(f"{said.count(each)} x {each}" for each in sorted(set(said)))
    assert said == ["200"] * AT_ONCE, f"asked {url} {AT_ONCE} times at once: {told}"
    slowest = max(answer["seconds"])
    return evidence(f"asked {url} {AT_ONCE} times at once: {told}, within {slowest:.1f} s", answer)


@check("A payment that comes in is kept and can be looked up", points=3)
def payments_arrive(on: Subject) -> Evidence:
    """It needs nothing of the line monitor, only a thread that is free."""
    return takes_payment(on)


@check("A new notice of any area is on the portal soon", points=3, alone=True, timeout_s=120.0)
def notices_are_shown(on: Subject) -> Evidence:
    """Of an area whose head-end answers at once, and of the other one as soon as it does."""
    live = on.ask(f"http://{APP}{on.lab.app.live}", node=APP, port=8000, timeout_s=FREE_S)
    assert live.status == 200, f"asked {APP} whether it is alive, with no visitor: {live.told()}"
    page = on.ask_site("portal", "/", timeout_s=PAGE_S)
    assert page.all_have(200), on.told(page)
    assert MARK in page.first.text, f"{page.told()}, without data"
    if _as_before(on):
        return evidence(f"{page.told()}; this release does not show notices", page)
    _is_untouched(on)
    areas = _areas(on)
    up, (away,) = [a for a in areas if areas[a] == "up"], [a for a in areas if areas[a] != "up"]
    silence = ("GET", f"/notices/{away}", "", 1.0)
    _write_and_see(on, up, silence)
    try:
        asked = _write_and_see(on, [away], ("POST", f"/areas/{away}/up?seconds={TRIED_S:g}", "", 3))
    finally:
        _ask(on, ("POST", f"/areas/{away}/up?seconds=0", "", 3))
    return evidence(
        f"new notices of {', '.join(areas)} were shown, the last: {asked.told()}", asked
    )


@check("Visitors without HTTPS are still led to it", points=1)
def redirect_stays(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    return leads_to_https(on)


def _as_before(on: Subject) -> bool:
    """Return whether the lab is one without notices: the code as it comes, and no monitor."""
    if _ask(on, ("GET", "/areas", "", 3))[0] != [0, "ConnectionRefusedError"]:
        return False
    return all(
        on.file(APP, f"/opt/app/current/{path}") == (on.lab.app.path / path).read_bytes()
        for path in CODE
    )


def _is_untouched(on: Subject) -> None:
    """Return when the line monitor's program is the one that the supplier delivered."""
    delivered = (Path(__file__).parent / "break" / f"{APP}.sh").read_text()
    program = delivered.partition("<<'PROGRAM'\n")[2].partition("PROGRAM\n")[0]
    # Not by the engine: that the file is gone is an answer, too.
    found = on.beside(APP, "cat", "/proc/1/root/opt/linewatch/linewatch.py").output.stdout
    assert found.decode(errors="replace") == program, (
        f"{APP}: the line monitor is not as its supplier delivered it"
    )


def _areas(on: Subject) -> dict[str, str]:
    """Return the state of each area; of one of them the head-end does not answer."""

    def settled() -> dict[str, str] | None:
        status, text = _ask(on, ("GET", "/areas", "", 3))[0]
        assert status == 200, f"{APP}: asked the line monitor for its areas: {status or text}"
        found: dict[str, str] = json.loads(text)
        # A check that was cut off may have left one up, for a while.
        return found if sorted(found.values()) == ["no answer", "up", "up"] else None

    areas = until(settled, TRIED_S, every_s=2.0)
    assert areas, f"{APP}: the line monitor no longer has three areas, one of them without answer"
    return areas


def _write_and_see(on: Subject, areas: list[str], first: Question) -> Asked:
    """Write notices that nobody has seen before, and return a page that shows all of them.

    Before that, the monitor is asked another thing; a GET is of the area that must be silent.
    """
    texts = {area: f"Work on the line, reference NOC-{on.nonce()}" for area in areas}
    writes = [("PUT", f"/notices/{area}", text, 3.0) for area, text in texts.items()]
    said, *written = _ask(on, first, *writes)
    silent = said == [0, "TimeoutError"]
    assert silent or first[0] != "GET", (
        f"{APP}: the line monitor answers {first[1]}, although that head-end is away: {said}"
    )
    assert all(status == 200 for status, _ in written), f"{APP}: the line monitor says {written}"

    def page() -> Asked | None:
        asked = on.ask_site("portal", "/", timeout_s=PAGE_S)
        assert asked.all_have(200), on.told(asked)
        return asked if all(text in asked.first.text for text in texts.values()) else None

    found = until(page, SHOWN_S, every_s=0.3)
    told = f"new notices of {', '.join(areas)} are not on the portal after {SHOWN_S:g} s"
    assert found, told
    return found


def _ask(on: Subject, *questions: Question) -> list[list[object]]:
    seen = on.beside(APP, "python3", "-I", "-c", ASK, json.dumps(questions))
    return list(json.loads(seen.text))
