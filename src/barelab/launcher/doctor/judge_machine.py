"""Judging the machine: memory, disk, limits, addresses, ports and tools. Pure."""

from __future__ import annotations

from barelab.launcher.allocate import PREFIX, free_subnet
from barelab.launcher.doctor.facts import Facts, Item, State
from barelab.launcher.needs import Needs, largest, size
from barelab.launcher.preflight import INOTIFY_RAISED
from barelab.support.errors import CouldNotTell

_AWAY = "only the engine could tell"
_PYTHON = (3, 11)


def inotify(facts: Facts) -> Item:
    """Judge whether the kernel lets that many systemds run."""
    name, limit = "inotify", facts.engine.room.inotify_limit if facts.engine else None
    need = largest(facts.labs)
    if limit is None or facts.inotify_used is None or need is None:
        return Item(name, State.UNKNOWN if facts.engine is None else State.OK, _AWAY)
    left = limit - facts.inotify_used
    found = f"{left} of {limit} instances free; the largest lab, {need.lab}, takes {need.inotify}"
    if left >= need.inotify:
        return Item(name, State.OK, found)
    raised = max(INOTIFY_RAISED, 2 * limit)
    remedy = f"`barelab doctor --fix`, or `sudo sysctl fs.inotify.max_user_instances={raised}`"
    return Item(name, State.BAD, found, remedy)


def memory(facts: Facts) -> Item:
    """Judge whether the labs' nodes fit into memory."""
    left = facts.engine.room.memory_bytes if facts.engine else None
    remedy = "close programs, or give the engine's VM more memory"
    return _room("memory", left, [(n, n.memory_bytes) for n in facts.labs], "free", remedy)


def disk(facts: Facts) -> Item:
    """Judge whether the labs' images and nodes fit on the engine's disk."""
    left = facts.engine.room.disk_bytes if facts.engine else None
    where = f"free at {facts.engine.room.disk_path}" if facts.engine else ""
    remedy = "free some there: `docker system df` tells what images take"
    item = _room("disk", left, [(n, n.disk_bytes) for n in facts.labs], where, remedy)
    if facts.engine is not None and left is None:
        return Item("disk", State.OK, "the engine runs elsewhere; it tells when its disk is full")
    return item


def _room(
    name: str, left: int | None, wanted: list[tuple[Needs, int]], where: str, remedy: str
) -> Item:
    if left is None:
        return Item(name, State.UNKNOWN, _AWAY)
    found = f"{size(left)} {where}"
    short = [f"{need.lab} needs {size(count)}" for need, count in wanted if count > left]
    if not short:
        return Item(name, State.OK, found)
    state = State.BAD if len(short) == len(wanted) else State.WARN
    return Item(name, state, f"{found}; {', '.join(short)}", remedy)


def addresses(facts: Facts) -> Item:
    """Judge whether there are subnets for a seat that overlap no route and no network."""
    taken = {**facts.routes, **(facts.engine.seen.taken if facts.engine else {})}
    over = sorted({who for net, who in facts.routes.items() if net.overlaps(facts.pool)})
    try:
        first = free_subnet(taken, facts.pool)
    except CouldNotTell as error:
        return Item("addresses", State.BAD, str(error), "BARELAB_SUBNET_POOL names another range")
    found = f"{facts.pool} in /{PREFIX}s, next {first}"
    foreign = [who for who in over if "br-" not in who]
    if foreign:
        return Item(
            "addresses",
            State.WARN,
            f"{found}; overlaps {', '.join(foreign)}",
            "those parts are left out; BARELAB_SUBNET_POOL names another range",
        )
    return Item("addresses", State.OK, found)


def ports(facts: Facts) -> Item:
    """Judge whether the first seat gets the ports of the documentation."""
    own = facts.engine.seen.published if facts.engine else frozenset()
    names = ", ".join(map(str, facts.ports))
    foreign = sorted(facts.busy - own)
    if foreign:
        text = ", ".join(map(str, foreign))
        return Item("ports", State.WARN, f"{text} taken", "`up` takes the next free ones")
    return Item("ports", State.OK, f"{names} {'in use by the engine' if facts.busy else 'free'}")


def vagrant(facts: Facts) -> Item:
    """Judge what `--backend vagrant` would need; labs in containers do not."""
    if facts.vagrant is None:
        return Item("vagrant", State.WARN, "did not answer in time")
    if not facts.vagrant:
        return Item("vagrant", State.OK, "not installed; only `--backend vagrant` needs it")
    if not facts.hypervisors:
        remedy = "`barelab up LAB --backend vagrant --yes` installs libvirt and QEMU"
        return Item("vagrant", State.WARN, f"{facts.vagrant}, no hypervisor", remedy)
    return Item("vagrant", State.OK, f"{facts.vagrant}, {', '.join(facts.hypervisors)}")


def python(facts: Facts) -> Item:
    """Judge the Python that runs barelab."""
    text = ".".join(map(str, facts.python))
    if facts.python < _PYTHON:
        return Item("python", State.BAD, text, "install Python 3.11 or later")
    return Item("python", State.OK, text)


def company(facts: Facts) -> Item:
    """Tell what image builds are given of this machine's network."""
    mirror = facts.mirrors[0].split()[1] if facts.mirrors else "Debian's own"
    found = [f"apt mirror: {mirror}", f"CA bundle: {facts.ca_bundle or 'none'}"]
    found += [f"proxy: {', '.join(facts.proxies)}"] if facts.proxies else []
    return Item("image builds", State.OK, "; ".join(found))
