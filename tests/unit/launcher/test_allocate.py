"""What is chosen is free, is the first that is, and nothing is taken from anybody."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barelab.launcher.allocate import (
    addresses,
    free_ports,
    free_subnet,
    host_routes,
    pool,
)
from barelab.support import machine
from barelab.support.errors import CouldNotTell, UsageError

POOL = IPv4Network("10.87.0.0/20")
EVERY_SUBNET = list(POOL.subnets(new_prefix=25))
# Around the pool and across its edges, from one address to far more than the pool.
NETWORKS = st.builds(
    lambda address, prefix: IPv4Network((address, prefix), strict=False),
    st.integers(int(IPv4Address("10.86.240.0")), int(IPv4Address("10.87.32.0"))),
    st.integers(17, 32),
)
TAKEN = st.dictionaries(NETWORKS, st.sampled_from(["route on eth0", "network bridge"]))


@given(TAKEN)
def test_subnet_is_the_first_that_overlaps_nothing(taken: dict[IPv4Network, str]) -> None:
    free = [s for s in EVERY_SUBNET if not any(t.overlaps(s) for t in taken)]
    if free:
        assert free_subnet(taken, POOL) == free[0]
    else:
        with pytest.raises(CouldNotTell):
            free_subnet(taken, POOL)


@pytest.mark.parametrize("blocker", ["0.0.0.0/0", "10.0.0.0/8", "10.87.0.0/20"])
def test_full_pool_is_refused_with_its_owners(blocker: str) -> None:
    with pytest.raises(CouldNotTell, match=r"taken by vpn0; set BARELAB_SUBNET_POOL"):
        free_subnet({IPv4Network(blocker): "vpn0"}, POOL)


def test_pool_at_the_end_of_all_addresses_is_refused_when_full() -> None:
    with pytest.raises(CouldNotTell):
        free_subnet({IPv4Network("255.255.255.0/24"): "vpn0"}, IPv4Network("255.255.255.0/24"))


@pytest.mark.parametrize("text", ["", "nonsense", "10.87.0.1/16", "10.87.0.0/26", "fd00::/64"])
def test_unusable_pool_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARELAB_SUBNET_POOL", text)
    with pytest.raises(UsageError, match="BARELAB_SUBNET_POOL"):
        pool()


def test_pool_is_what_the_user_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARELAB_SUBNET_POOL", "172.30.0.0/24")
    assert pool() == IPv4Network("172.30.0.0/24")


NAMES = st.lists(st.from_regex(r"[a-z]{1,8}[1-9]", fullmatch=True), max_size=40, unique=True)


@given(NAMES, st.data())
def test_addresses_are_distinct_hosts_and_never_the_gateway(
    names: list[str], data: st.DataObject
) -> None:
    subnet = EVERY_SUBNET[3]
    old = data.draw(st.lists(st.sampled_from(names), unique=True)) if names else []
    places = data.draw(
        st.lists(st.integers(2, 126), min_size=len(old), max_size=len(old), unique=True)
    )
    kept = {name: str(subnet[place]) for name, place in zip(old, places, strict=True)}
    found = addresses(names, subnet, kept)
    assert list(found) == names
    assert found.items() >= kept.items()
    assert len(set(found.values())) == len(names)
    assert {IPv4Address(a) for a in found.values()} <= set(subnet.hosts()) - {subnet[1]}


@given(
    st.sets(st.integers(8000, 8600)),
    st.dictionaries(
        st.sampled_from(["http", "https", "mail"]), st.integers(8000, 8500), min_size=1
    ),
)
def test_ports_all_move_by_the_same_smallest_distance(
    taken: set[int], wanted: dict[str, int]
) -> None:
    fits = [d for d in range(200) if not any(p + d in taken for p in wanted.values())]
    if fits:
        assert free_ports(wanted, taken, lambda _: True) == {
            name: port + fits[0] for name, port in wanted.items()
        }
    else:
        with pytest.raises(CouldNotTell):
            free_ports(wanted, taken, lambda _: True)


def test_port_that_a_stranger_listens_on_is_passed_by() -> None:
    assert free_ports({"http": 8080, "https": 8443}, (), lambda port: port != 8443) == {
        "http": 8081,
        "https": 8444,
    }


def test_no_port_is_refused_with_the_range() -> None:
    with pytest.raises(CouldNotTell, match="from 8080 to 8280"):
        free_ports({"http": 8080}, (), lambda _: False)


def test_port_is_free_until_somebody_listens() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert not machine.port_is_free(port)
    assert machine.port_is_free(port)


def test_routes_are_read_without_the_default(tmp_path: Path) -> None:
    table = tmp_path / "route"
    table.write_text(
        "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
        "eth0  00000000 0101A8C0 0003 0 0 0 00000000 0 0 0\n"
        "eth0  0001A8C0 00000000 0001 0 0 0 00FFFFFF 0 0 0\n"
        "tun0  0000000A 00000000 0001 0 0 0 000000FF 0 0 0\n"
    )
    assert host_routes(table) == {
        IPv4Network("192.168.1.0/24"): "route on eth0",
        IPv4Network("10.0.0.0/8"): "route on tun0",
    }


def test_machine_without_a_table_of_routes_has_none(tmp_path: Path) -> None:
    assert host_routes(tmp_path / "none") == {}
