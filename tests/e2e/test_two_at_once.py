"""Two calls at once: for one seat they come one after the other, two seats share nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from ipaddress import IPv4Network

import pytest
from tools.seat import LIMIT_S, Seat, read_until

pytestmark = pytest.mark.e2e


def test_the_second_up_of_one_seat_waits_and_names_the_first(seat: Seat) -> None:
    first = seat.start("up", seat.lab, "--json")
    read_until(first, "creating")
    second = seat.start("up", seat.lab, "--json")
    told = read_until(second, "is being changed by process")
    assert f"process {first.pid};" in told
    answers = [process.communicate(timeout=LIMIT_S) for process in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0], answers
    assert json.loads(answers[0][0]) == json.loads(answers[1][0])
    assert kinds(seat) == ["app1", "db1", "private", "probe", "public", "web1"]
    seat.down()


def test_an_up_during_down_makes_the_seat_anew(seat: Seat) -> None:
    seat.up()
    down = seat.start("down", seat.lab)
    read_until(down, "removing")
    seat.up()
    down.communicate(timeout=LIMIT_S)
    assert down.returncode == 0
    assert kinds(seat) == ["app1", "db1", "private", "probe", "public", "web1"]
    seat.down()


@pytest.mark.parametrize("one_user", [True, False], ids=["of one user", "of two users"])
def test_two_seats_at_once_share_nothing(new_seat: Callable[[], Seat], one_user: bool) -> None:
    seats = [new_seat(), new_seat()]
    if one_user:
        seats[1].home = seats[0].home
    processes = [seat.start("up", seat.lab, "--json") for seat in seats]
    for process in processes:
        out, err = process.communicate(timeout=LIMIT_S)
        assert process.returncode == 0, err
        assert json.loads(out)["state"] == "ready"
    for part in (names, ports, subnets):
        one, other = map(part, seats)
        assert one, part
        assert one.isdisjoint(other), part
    nets = [IPv4Network(subnet) for seat in seats for subnet in subnets(seat)]
    assert not [(a, b) for a in nets for b in nets if a is not b and a.overlaps(b)]
    seats[0].down()
    status = seats[1].status()
    assert status is not None
    assert status["state"] == "ready"
    seats[1].down()


def kinds(seat: Seat) -> list[str]:
    return sorted(name.rpartition(".")[2] for name in seat.things())


def names(seat: Seat) -> set[str]:
    return set(seat.things())


def ports(seat: Seat) -> set[str]:
    web = seat.engine.inspect_container(next(n for n in seat.things() if n.endswith(".web1")))
    return set(re.findall(r"'HostPort': '(\d+)'", str(web["NetworkSettings"]["Ports"])))


def subnets(seat: Seat) -> set[str]:
    found = [id_ for name, id_ in seat.things().items() if name.endswith(("public", "private"))]
    return {seat.engine.inspect_network(id_)["IPAM"]["Config"][0]["Subnet"] for id_ in found}
