"""Choosing subnets, addresses and ports that nobody has: pure functions over what was observed."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from barelab.support.errors import CouldNotTell, UsageError

PREFIX = 25
_POOL = "10.87.0.0/16"
_ROUTES = Path("/proc/net/route")
_PORTS_TRIED = 200


def pool() -> IPv4Network:
    """Return the range that subnets are taken from; BARELAB_SUBNET_POOL names another one.

    Raises:
        UsageError: the variable does not hold a network that a subnet fits in.
    """
    text = os.environ.get("BARELAB_SUBNET_POOL", _POOL)
    try:
        network = IPv4Network(text)
    except ValueError as error:
        raise UsageError(
            f"BARELAB_SUBNET_POOL={text}: {error}; give a network like {_POOL}"
        ) from None
    if network.prefixlen > PREFIX:
        raise UsageError(f"BARELAB_SUBNET_POOL={text}: too small, give at least a /{PREFIX}")
    return network


def free_subnet(
    taken: Mapping[IPv4Network, str], within: IPv4Network, prefix: int = PREFIX
) -> IPv4Network:
    """Return the first subnet of `within` with this prefix length that overlaps none of `taken`.

    Raises:
        CouldNotTell: every candidate overlaps; the error names the owners.
    """
    candidate = next(within.subnets(new_prefix=prefix))
    while candidate.subnet_of(within):
        blocker = next((t for t in taken if t.overlaps(candidate)), None)
        if blocker is None:
            return candidate
        # Jump behind the blocker: a /8 in the way is one step, not thousands.
        behind = max(int(blocker.broadcast_address), int(candidate.broadcast_address)) + 1
        size = 1 << (32 - prefix)
        behind += -behind % size
        if behind + size > 1 << 32:
            break
        candidate = IPv4Network((behind, prefix))
    owners = sorted({owner for subnet, owner in taken.items() if subnet.overlaps(within)})
    raise CouldNotTell(
        f"no free subnet in {within}: taken by {', '.join(owners)}; "
        "set BARELAB_SUBNET_POOL to another range"
    )


def host_routes(table: Path = _ROUTES) -> dict[IPv4Network, str]:
    """Return the subnets that the host has routes for, by interface, without the default route."""
    if not table.is_file():
        return {}
    found = {}
    for row in (line.split() for line in table.read_text().splitlines()[1:]):
        address, mask = (int.from_bytes(bytes.fromhex(row[i]), "little") for i in (1, 7))
        if mask:
            found[IPv4Network((address, mask.bit_count()))] = f"route on {row[0]}"
    return found


def addresses(names: Iterable[str], subnet: IPv4Network, kept: Mapping[str, str]) -> dict[str, str]:
    """Return an address in the subnet for each name; known ones are kept.

    The first host is the gateway's.
    """
    used = set(kept.values())
    free: Iterator[IPv4Address] = (a for a in list(subnet.hosts())[1:] if str(a) not in used)
    return {name: kept.get(name) or str(next(free)) for name in names}


def free_ports(
    wanted: Mapping[str, int], taken: Collection[int], is_free: Callable[[int], bool]
) -> dict[str, int]:
    """Return a port for each wanted one: all as wanted, or all moved up by the same distance.

    Raises:
        CouldNotTell: none of the distances tried is free.
    """
    for distance in range(_PORTS_TRIED):
        ports = {name: port + distance for name, port in wanted.items()}
        if all(port not in taken and is_free(port) for port in ports.values()):
            return ports
    first = next(iter(wanted.values()))
    raise CouldNotTell(
        f"no free port from {first} to {first + _PORTS_TRIED} on 127.0.0.1; free one"
    )
