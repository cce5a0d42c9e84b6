"""Judging the container engine: its version, its holes, how systemd would run on it. Pure."""

from __future__ import annotations

import re

from barelab.launcher.doctor.facts import Facts, Item, State

_API_28 = (1, 48)
_RUNC_FIXED = ((1, 2, 8), (1, 3, 3))
_FIREWALLD_HOLE = ((28, 2, 0), (28, 3, 3))
_AWAY = "the engine does not answer"
_LAN = (
    "on a network that you do not trust, block the addresses of nodes at the machine's own "
    "firewall, or upgrade Docker Engine to 28.3.3 or later"
)


def engine(facts: Facts) -> Item:
    """Judge whether an engine answers."""
    if facts.engine is None:
        remedy = "`barelab doctor --fix` starts one that is installed; with --yes it installs one"
        return Item("engine", State.UNKNOWN, facts.engine_problem or _AWAY, remedy)
    said = facts.engine.facts
    api = ".".join(map(str, said.api))
    found = f"Docker Engine {said.version}, API {api}, {said.architecture}"
    return Item("engine", State.OK, found + (", rootless" if said.rootless else ""))


def runc(facts: Facts) -> Item:
    """Judge the program that starts containers: grading runs commands in hostile ones."""
    if facts.engine is None:
        return Item("runc", State.UNKNOWN, _AWAY)
    text = facts.engine.runc
    version = parsed(text)
    if version is None:
        return Item(
            "runc", State.WARN, f"version {text or 'unknown'}", "see that it is 1.3.3 or later"
        )
    fixed = _RUNC_FIXED[0] if version < (1, 3) else _RUNC_FIXED[1]
    if version >= fixed:
        return Item("runc", State.OK, text)
    return Item(
        "runc",
        State.WARN,
        f"{text}: before 1.2.8 and 1.3.3 a hostile container can escape, also at exec "
        "(GHSA-9493-h29p-rfm2, GHSA-xr7r-f8xq-vfvv); a distribution may have repaired its own",
        "upgrade runc before you grade work of people whom you do not trust",
    )


def published_ports(facts: Facts) -> Item:
    """Judge whether ports that are published for this machine only stay on it."""
    name = "published ports"
    if facts.engine is None:
        return Item(name, State.UNKNOWN, _AWAY)
    said = facts.engine.facts
    if said.api < _API_28:
        found = "before Engine 28, neighbours on the LAN can reach ports of 127.0.0.1 (moby#45610)"
        return Item(name, State.WARN, found, _LAN)
    version = parsed(said.version)
    if version and _FIREWALLD_HOLE[0] <= version < _FIREWALLD_HOLE[1]:
        found = "after a reload of firewalld, neighbours can reach them (CVE-2025-54388)"
        return Item(name, State.WARN, found, "upgrade Docker Engine to 28.3.3 or later")
    return Item(name, State.OK, "only this machine reaches ports of 127.0.0.1")


def systemd(facts: Facts) -> Item:
    """Judge whether systemd can run in nodes."""
    if facts.engine is None:
        return Item("systemd in nodes", State.UNKNOWN, _AWAY)
    if facts.engine.refusal:
        return Item("systemd in nodes", State.BAD, "cannot run", facts.engine.refusal)
    return Item("systemd in nodes", State.OK, f"recipe {facts.engine.recipe}")


def cgroups(facts: Facts) -> Item:
    """Judge the version of control groups."""
    if facts.engine is None:
        return Item("cgroups", State.UNKNOWN, _AWAY)
    return Item("cgroups", State.OK, f"v{facts.engine.facts.cgroups}")


def base_image(facts: Facts) -> Item:
    """Judge whether images of roles can be built."""
    name = "base image"
    if facts.engine is None:
        return Item(name, State.UNKNOWN, _AWAY)
    if facts.engine.base_image:
        return Item(name, State.OK, "Debian 13 is there")
    if facts.registry:
        return Item(name, State.OK, "not there; the first `up` pulls it")
    if facts.maker:
        return Item(name, State.OK, f"not there; the first `up` makes it with {facts.maker}")
    if facts.registry is None:
        return Item(name, State.UNKNOWN, "not there, and the registry did not answer in time")
    return Item(
        name,
        State.BAD,
        "not there, no registry to pull it from, and no tool to make it",
        "`sudo apt-get install mmdebstrap`, or `barelab bundle load FILE`",
    )


def registry(facts: Facts) -> Item:
    """Judge whether the engine reaches an image registry; labs work without."""
    if facts.engine is None:
        return Item("registry", State.UNKNOWN, _AWAY)
    if facts.registry:
        return Item("registry", State.OK, "answers")
    return Item("registry", State.OK, "does not answer; not needed where images are made here")


def parsed(text: str) -> tuple[int, ...] | None:
    """Return a version's numbers, as in (1, 1, 5) of "1.1.5+ds1"; None where it has none."""
    found = re.match(r"v?(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(part or 0) for part in found.groups()) if found else None
