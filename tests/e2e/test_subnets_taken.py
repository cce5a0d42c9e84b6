"""A subnet that somebody has is never used: another is chosen, or its owner is named."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

import pytest
from tools.netns import with_own_network
from tools.seat import Seat

if TYPE_CHECKING:
    from docker import APIClient

pytestmark = pytest.mark.e2e


def subnets(seat: Seat) -> list[IPv4Network]:
    found = seat.engine.networks(filters={"name": f".{seat.name}."})
    return [IPv4Network(network["IPAM"]["Config"][0]["Subnet"]) for network in found]


def test_a_route_such_as_a_vpns_is_kept_clear(seat: Seat) -> None:
    vpn = IPv4Network("10.87.0.0/17")
    seat.prefix = with_own_network(f"ip route add {vpn} dev lo")
    seat.up()
    assert len(subnets(seat)) == 2
    assert not [subnet for subnet in subnets(seat) if subnet.overlaps(vpn)]
    seat.down()


@pytest.fixture
def foreign(engine: APIClient) -> Iterator[tuple[str, IPv4Network]]:
    """A stranger's network, which takes half of the range that is returned with its name."""
    name, pool = f"stranger-{secrets.token_hex(4)}", f"10.199.{secrets.randbelow(256)}"
    id_ = engine.create_network(
        name, ipam={"Driver": "default", "Config": [{"Subnet": f"{pool}.0/25"}]}
    )["Id"]
    yield name, IPv4Network(f"{pool}.0/24")
    engine.remove_network(id_)


def test_without_a_free_subnet_the_owner_is_named_and_nothing_made(
    seat: Seat, foreign: tuple[str, IPv4Network]
) -> None:
    name, pool = foreign
    before = seat.engine.inspect_network(name)
    done = seat.run("up", seat.lab, BARELAB_SUBNET_POOL=str(pool))
    assert done.returncode == 3
    assert f"no free subnet in {pool}" in done.stderr
    assert f"network {name}" in done.stderr
    assert "BARELAB_SUBNET_POOL" in done.stderr
    assert seat.left() == []
    assert seat.engine.inspect_network(name) == before
