"""The cache: encrypted, for who has a password, and nothing that anybody would miss."""

from __future__ import annotations

from collections.abc import Sequence

from barelab.grading import Beside, Evidence, Subject, check, evidence
from barelab.grading.redis import ask_redis, refuses_commands, refuses_strangers

PORT = 6380
UNIT = "redis-server@cache.service"
# More than the cache's memory, in values of a size that pages have.
VALUES, VALUE_BYTES = 400, 100_000
PAGES = 5
FORBIDDEN = (["FLUSHALL"], ["CONFIG", "GET", "*"], ["KEYS", "*"], ["EVAL", "", "0"])


@check("The cache answers nobody without TLS, and nobody without a password", timeout_s=60)
def strangers_refused(on: Subject) -> Evidence:
    """Asks as an application server could that has lost both; the queue's password is none."""
    said, seen = [], list[Beside]()
    for node in on.lab.with_role("cache"):
        queue = ["AUTH", "app", on.secret("broker-password")]
        logins = [["AUTH", "default", "x"], ["AUTH", "cache", on.nonce()], queue]
        told, saw = refuses_strangers(on, node.name, PORT, logins, ["GET", "key"])
        seen += saw
        said.append(f"{node.name}: {told}")
    return evidence("; ".join(said), *seen)


@check("The application may use values of the cache, and nothing else of it", timeout_s=60)
def least_privilege(on: Subject) -> Evidence:
    """Writes and reads a value with the application's password, and tries what it must not."""
    seen = list[Beside]()
    for node in on.lab.with_role("cache"):
        key = f"verify-{on.nonce()}"
        answers, saw = _asked(on, node.name, ["SET", key, key, "EX", "60"], ["GET", key])
        assert answers == ["+OK", key], f"{node.name} tells the application: {answers}"
        seen.append(saw)
        told, refused = refuses_commands(on, node.name, PORT, _log_in(on), FORBIDDEN)
        seen += refused
    return evidence(f"values, and: {told}", *seen)


@check("A full cache forgets, and refuses nothing", timeout_s=60)
def forgets_the_oldest(on: Subject) -> Evidence:
    """Writes more than it holds, and then once more."""
    told, seen = [], []
    for node in on.lab.with_role("cache"):
        key = f"verify-{on.nonce()}"
        keys = [f"{key}-{n}" for n in range(VALUES)]
        fill: list[list[str | int]] = [["SET", each, VALUE_BYTES, "EX", "60"] for each in keys]
        last = ["SET", key, key, "EX", "60"]
        known = [["TTL", each] for each in keys]
        answers, saw = _asked(on, node.name, *fill, last, ["GET", key], *known)
        refused = [answer for answer in answers[:VALUES] if answer != "+OK"]
        assert not refused, f"{node.name} refused {len(refused)} of {VALUES}: {refused[0]}"
        assert answers[VALUES + 1] == key, f"{node.name} does not know what was written last"
        forgotten = answers[VALUES + 2 :].count(":-2")
        assert forgotten, f"{node.name} has {VALUES * VALUE_BYTES >> 20} MiB, more than it may"
        told.append(f"{node.name} forgot {forgotten} of {VALUES} values, and not the newest")
        seen.append(saw)
    return evidence("; ".join(told), *seen)


@check("A cache that is away is slowness, and nothing else", alone=True, timeout_s=60)
def lost_is_slow(on: Subject) -> Evidence:
    """Stops it, and asks for the first site's page."""
    page = on.lab.app.sites[on.lab.sites[0]].page
    nodes = [node.name for node in on.lab.with_role("cache")]
    try:
        for name in nodes:
            on.run(name, "systemctl", "stop", UNIT)
        asked = [on.ask_site(on.lab.sites[0], page) for _ in range(PAGES)]
    finally:
        for name in nodes:
            on.run(name, "systemctl", "start", UNIT)
    bad = next((each for each in asked if not each.all_have(200)), None)
    assert bad is None, f"without {', '.join(nodes)}: {on.told(bad)}"
    slowest = max(each.first.seconds for each in asked)
    text = f"without {', '.join(nodes)}: {PAGES} x 200, the slowest in {slowest:.2f} s"
    return evidence(text, *asked)


def _asked(on: Subject, node: str, *commands: Sequence[str | int]) -> tuple[list[str], Beside]:
    """Return what the cache says to each command of the application."""
    answers, seen = ask_redis(on, node, PORT, [_log_in(on), *commands])
    return answers[1:], seen


def _log_in(on: Subject) -> list[str]:
    return ["AUTH", "cache", on.secret("cache-password")]
