"""Doctor's items follow from facts."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network
from typing import Any

import pytest

from barelab.backends.docker.survey import Survey
from barelab.launcher.doctor.facts import Facts, Item, State, exit_code
from barelab.launcher.doctor.judge import judge
from barelab.launcher.doctor.judge_engine import parsed

GIB = 1 << 30
BAD, OK, UNKNOWN, WARN = State.BAD, State.OK, State.UNKNOWN, State.WARN


def item(facts: Facts, name: str) -> Item:
    return next(item for item in judge(facts) if item.name == name)


def with_engine(facts: Facts, **changes: Any) -> Facts:
    assert facts.engine is not None
    said = {k: changes.pop(k) for k in ("version", "api", "cgroups", "rootless") if k in changes}
    left = {
        k: changes.pop(k) for k in ("memory_bytes", "disk_bytes", "inotify_limit") if k in changes
    }
    engine = replace(
        facts.engine,
        facts=replace(facts.engine.facts, **said),
        room=replace(facts.engine.room, **left),
        **changes,
    )
    return replace(facts, engine=engine)


def test_a_machine_where_all_is_well_gives_0(well: Facts) -> None:
    roomy = with_engine(well, memory_bytes=99 * GIB)
    assert {item.state for item in judge(roomy)} == {OK}
    assert exit_code(judge(roomy)) == 0


def test_every_item_has_its_own_name_and_what_is_not_well_has_a_remedy(well: Facts) -> None:
    items = judge(with_engine(well, runc="1.1.5+ds1", api=(1, 41), base_image=False, disk_bytes=1))
    assert len({item.name for item in items}) == len(items)
    assert all(item.remedy for item in items if item.state in (BAD, WARN))


def test_without_an_engine_nothing_is_guessed(well: Facts) -> None:
    away = replace(well, engine=None, engine_problem="nothing answers")
    assert item(away, "engine").found == "nothing answers"
    assert exit_code(judge(away)) == 3


@pytest.mark.parametrize(
    ("runc", "state"),
    [
        ("1.1.5+ds1", WARN),
        ("1.2.7", WARN),
        ("1.2.8", OK),
        ("1.3.2", WARN),
        ("1.3.3", OK),
        ("1.4.0", OK),
        ("", WARN),
    ],
)
def test_an_old_runc_is_named(well: Facts, runc: str, state: State) -> None:
    found = item(with_engine(well, runc=runc), "runc")
    assert found.state is state
    assert runc in found.found


@pytest.mark.parametrize(
    ("version", "api", "state", "words"),
    [
        ("20.10.24+dfsg1", (1, 41), WARN, "moby#45610"),
        ("27.5.1", (1, 47), WARN, "moby#45610"),
        ("28.0.0", (1, 48), OK, ""),
        ("28.2.2", (1, 50), WARN, "CVE-2025-54388"),
        ("28.3.2", (1, 51), WARN, "CVE-2025-54388"),
        ("28.3.3", (1, 51), OK, ""),
        ("29.1.0", (1, 52), OK, ""),
        ("library-import", (1, 56), OK, ""),
    ],
)
def test_engines_that_leak_published_ports_are_named(
    well: Facts, version: str, api: tuple[int, int], state: State, words: str
) -> None:
    found = item(with_engine(well, version=version, api=api), "published ports")
    assert found.state is state
    assert words in found.found


@pytest.mark.parametrize(
    ("there", "registry", "maker", "state"),
    [
        (True, False, None, OK),
        (False, True, None, OK),
        (False, False, "debootstrap", OK),
        (False, False, None, BAD),
        (False, None, None, UNKNOWN),
    ],
)
def test_the_base_image_is_there_or_can_be_had(
    well: Facts, there: bool, registry: bool | None, maker: str | None, state: State
) -> None:
    facts = replace(with_engine(well, base_image=there), registry=registry, maker=maker)
    assert item(facts, "base image").state is state


@pytest.mark.parametrize(
    ("changes", "name", "state", "words"),
    [
        ({"inotify_limit": 128}, "inotify", OK, "108 of 128"),
        ({"inotify_limit": 97}, "inotify", BAD, "takes 78"),
        ({"inotify_limit": None}, "inotify", OK, "engine"),
        ({"memory_bytes": 1 * GIB}, "memory", WARN, "large needs 9.0 GiB"),
        ({"memory_bytes": GIB // 4}, "memory", BAD, "256 MiB free; simple needs 512 MiB"),
        ({"disk_bytes": 3 * GIB}, "disk", WARN, "large needs 6.0 GiB"),
        ({"disk_bytes": 1 * GIB}, "disk", BAD, "1.0 GiB free at /var/lib/docker"),
        ({"disk_bytes": None}, "disk", OK, "elsewhere"),
        ({"recipe": "", "refusal": "too old"}, "systemd in nodes", BAD, "cannot run"),
    ],
)
def test_figures_decide(
    well: Facts, changes: dict[str, Any], name: str, state: State, words: str
) -> None:
    found = item(with_engine(well, **changes), name)
    assert found.state is state
    assert words in found.found


def test_a_route_over_the_pool_is_told_and_a_full_pool_is_bad(well: Facts) -> None:
    vpn = {IPv4Network("10.87.0.0/17"): "route on tun0"}
    assert (found := item(replace(well, routes=vpn), "addresses")).state is WARN
    assert "tun0" in found.found and "10.87.128.0" in found.found
    everything = {IPv4Network("10.0.0.0/8"): "route on tun0"}
    assert item(replace(well, routes=everything), "addresses").state is BAD


def test_a_port_that_the_engine_publishes_is_not_in_the_way(well: Facts, survey: Survey) -> None:
    busy = replace(well, busy=frozenset({8443}))
    assert item(busy, "ports").state is WARN
    ours = with_engine(busy, seen=replace(survey.seen, published=frozenset({8443})))
    assert item(ours, "ports").state is OK


@pytest.mark.parametrize(
    ("vagrant", "hypervisors", "state"),
    [("", (), OK), ("2.4", ("QEMU with KVM",), OK), ("2.4", (), WARN), (None, (), WARN)],
)
def test_vagrant_is_optional(
    well: Facts, vagrant: str | None, hypervisors: tuple[str, ...], state: State
) -> None:
    facts = replace(well, vagrant=vagrant, hypervisors=hypervisors)
    assert item(facts, "vagrant").state is state


def test_an_old_python_is_bad(well: Facts) -> None:
    assert item(replace(well, python=(3, 10, 2)), "python").state is BAD


def test_something_bad_weighs_more_than_something_unknown() -> None:
    states = [Item("a", UNKNOWN, ""), Item("b", BAD, "")]
    assert exit_code(states) == 1
    assert exit_code(states[:1]) == 3


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("1.1.5+ds1", (1, 1, 5)), ("v2.0", (2, 0, 0)), ("library-import", None), ("", None)],
)
def test_versions_are_read(text: str, numbers: tuple[int, ...] | None) -> None:
    assert parsed(text) == numbers
