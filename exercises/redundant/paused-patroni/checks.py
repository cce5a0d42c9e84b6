"""When the leader's machine is gone: does the other one take over by itself?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from barelab.grading import Evidence, Outside, Subject, check, evidence, takes_payment
from barelab.grading.databases import ask_each, in_words, one_writes_all_have_it, paid, sql
from barelab.grading.evidence import Beside
from barelab.support.wait import until

API, ETCD = 8008, 2379
UNITS = ("etcd.service", "patroni@17-main.service")
# After a reboot of everything etcd elects, one database leads, and the other one catches up.
SETTLES_S = 75.0
# What was set or started a moment ago is known everywhere within a turn of Patroni's, 5 s.
KNOWN_S = 12.0
# The lock of a lost leader lasts 20 s, and a busy machine takes its time.
TAKES_OVER_S = 60.0
# Who comes back repairs its data, undoes what only it has, and catches up.
COMES_BACK_S = 120.0

# The application keeps a connection for a minute, and only then looks for a standby again.
READS_S = 90.0
PAGES = 4
SCANS = "SELECT sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0)) FROM pg_stat_user_tables"

# As if the machine were gone: at once, and with its vote in etcd. A stop that is under way keeps
# systemd from starting again what is killed.
LOSE = (
    f"systemctl stop --no-block {' '.join(UNITS)}; systemctl kill --signal=KILL {' '.join(UNITS)}"
)


class Pair(NamedTuple):
    """Who leads, and who follows in step; and what Patroni's interface said."""

    leader: str
    standby: str
    told: Outside


@check(
    "The leader's machine is lost, and the other database takes over with all that was paid",
    points=7,
    timeout_s=480,
    alone=True,
)
def takes_over(on: Subject) -> Evidence:
    """Kills Patroni, PostgreSQL and etcd of whoever leads, and waits until all is whole again.

    Where it is clear beforehand that nobody would take over, nothing is killed.
    """
    pair, _ = _prepared(on)
    key = paid(on, TAKES_OVER_S)
    with _lost(on, pair.leader):
        led = until(lambda: _leads(on, pair.standby), TAKES_OVER_S, every_s=0.5)
        assert led, f"{pair.leader} was killed, and {TAKES_OVER_S:g} s later {_nobody(on, pair)}"
        paid(on, TAKES_OVER_S)
        found = on.request(on.lab.app.read, key)
        assert found.all_have(200), (
            f"{key} was paid before {pair.leader} was killed: {on.told(found)}"
        )
    back = until(lambda: _pair(on), COMES_BACK_S, every_s=1)
    assert back, f"{pair.leader} was started again and does not follow {COMES_BACK_S:g} s later"
    before = _scans(on, back.standby)
    read = until(lambda: _scans(on, back.standby) > before, READS_S, every_s=1)
    assert read, f"{back.standby} follows, and {READS_S:g} s later no page is read from it"
    told = f"{pair.leader} was killed, {pair.standby} took over, with {key}; {pair.leader} follows"
    return evidence(told, found)


@check("All that takes part when places are changed is there and may act", points=2, timeout_s=120)
def all_is_there(on: Subject) -> Evidence:
    """Asks each Patroni and each etcd from outside; changes nothing."""
    pair, seen = _prepared(on)
    return evidence(f"{pair.leader} leads, {pair.standby} could at any time", pair.told, *seen)


@check("One database takes the writes, and the other one has them at once", points=1, timeout_s=150)
def one_writes_one_follows(on: Subject) -> Evidence:
    """This was fine all the time."""
    key = paid(on, TAKES_OVER_S)

    def there() -> Beside | None:
        seen, found = ask_each(on, key)
        return seen if one_writes_all_have_it(found) else None

    seen = until(there, SETTLES_S, every_s=0.5)
    told = in_words(ask_each(on, key)[1])
    assert seen, f"{key} was paid, and looked for {SETTLES_S:g} s later: {told}"
    return evidence(f"{key} was paid: {told}", seen)


@check("A payment that comes in is kept and can be looked up", points=1, timeout_s=120)
def payments_arrive(on: Subject) -> Evidence:
    """With a key that nobody has seen before. This was fine all the time."""
    paid(on, TAKES_OVER_S)  # after a reboot nobody leads for a moment
    return takes_payment(on)


def _prepared(on: Subject) -> tuple[Pair, list[Outside]]:
    """Return who leads and who follows, and the answers that say that both may act."""
    nobody = "if the machine of the leader were lost now, nobody would take over"
    assert until(lambda: not _held_back(on), KNOWN_S, every_s=1), nobody
    pair = until(lambda: _pair(on), SETTLES_S, every_s=1)
    assert pair, "there are not one leader and one standby in step with it"
    seen = until(lambda: _willing(on), KNOWN_S, every_s=1)
    assert seen, nobody
    return pair, seen


def _pair(on: Subject) -> Pair | None:
    for name in _names(on, "patroni"):
        answer = on.ask(f"https://{name}:{API}/cluster", node=name, port=API)
        found = {each["role"]: each for each in _json(answer).get("members", ())}
        leader, standby = found.get("leader"), found.get("sync_standby")
        states = [each.get("state") for each in (leader, standby) if each]
        if leader and standby and states == ["running", "streaming"] and _leads(on, leader["name"]):
            return Pair(leader["name"], standby["name"], answer)
    return None


def _held_back(on: Subject) -> bool:
    """Return whether a Patroni that answers says that one of them may not act.

    Both databases must be allowed to lead: who takes over today is who may be lost tomorrow.
    """
    for name in _names(on, "patroni"):
        told = _json(on.ask(f"https://{name}:{API}/cluster", node=name, port=API))
        tags = [each.get("tags", {}) for each in told.get("members", ())]
        if told.get("pause") or any(
            each.get("nofailover") or each.get("failover_priority") == 0 for each in tags
        ):
            return True
    return False


def _willing(on: Subject) -> list[Outside] | None:
    """Return the answers when nobody is held back and every vote of etcd is there, else None."""
    if _held_back(on):
        return None
    seen: list[Outside] = []
    for name in _names(on, "etcd"):
        answer = on.ask(f"https://{name}:{ETCD}/health", node=name, port=ETCD, timeout_s=5)
        if _json(answer).get("health") != "true":
            return None
        seen.append(answer)
    return seen


def _leads(on: Subject, name: str) -> bool:
    answer = on.ask(f"https://{name}:{API}/primary", node=name, port=API, timeout_s=5)
    return answer.status == 200


def _nobody(on: Subject, pair: Pair) -> str:
    """Say what the one that is left does instead of leading."""
    name = pair.standby
    answer = on.ask(f"https://{name}:{API}/patroni", node=name, port=API, timeout_s=5)
    told = _json(answer)
    return f"{name} is {told.get('role', answer.told())}, {told.get('state', 'unknown')}"


@contextmanager
def _lost(on: Subject, node: str) -> Iterator[None]:
    try:
        on.run(node, "sh", "-c", LOSE)
        yield
    finally:
        on.run(node, "systemctl", "start", "--no-block", *UNITS)


def _scans(on: Subject, node: str) -> int:
    """Ask for some pages, and return how often a node's tables have been read up to now."""
    on.ask_site("portal", "/", times=PAGES)
    return int(sql(on, node, SCANS, "app"))


def _names(on: Subject, role: str) -> list[str]:
    return [node.name for node in on.lab.with_role(role)]


def _json(answer: Any) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
