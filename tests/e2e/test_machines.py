"""A lab on virtual machines, from a machine that has nothing of it to one that has nothing left.

One seat serves all of it, step by step: a boot takes minutes where the processor is emulated.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tools.seat import CLONE, Seat

from barelab.backends.base import SeatRef
from barelab.backends.opening import open_backend
from barelab.exercises.scripts import run_sections, script_sections
from barelab.model.loading import load_exercise, load_lab

pytestmark = [pytest.mark.e2e, pytest.mark.alone, pytest.mark.always]

LIMIT_S = 3000.0
EXERCISE = "nginx/bad-gateway"
URI = ("virsh", "--quiet", "--connect", "qemu:///system")


@pytest.fixture(scope="module")
def seat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    """Return a seat that is up on machines, with the cache of this user for roots and boxes."""
    from barelab.backends.docker import client

    class Machines(Seat):
        def environment(self) -> dict[str, str]:
            usual = super().environment()
            del usual["XDG_CACHE_HOME"]
            return usual

    found = Machines("machines", tmp_path_factory.mktemp("seat"), client.connect(client.SLOW_S))
    try:
        yield found
    finally:
        found.run("down", "simple", limit_s=LIMIT_S)
        found.close()


def libvirt(*words: str) -> list[str]:
    done = subprocess.run([*URI, *words], capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if ".machines." in line]


def verdict(seat: Seat, *words: str) -> dict[str, Any]:
    done = seat.run(*words, "--json", limit_s=LIMIT_S)
    answer: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == {"pass": 0, "fail": 1}.get(answer["verdict"], 3), done.stderr
    return answer


def test_up_installs_what_is_missing_and_ends_with_a_page(seat: Seat) -> None:
    status = seat.up("--backend", "vagrant", "--yes", limit_s=LIMIT_S)
    assert status["backend"] == "vagrant"
    assert {node["state"] for node in status["nodes"]} == {"running"}
    assert len(libvirt("list", "--name")) == 4
    url = status["sites"]["portal"]
    asked = ["curl", "-skf", "--max-time", "60", "--resolve", f"{_place(url)}:127.0.0.1", url]
    page = subprocess.run(asked, capture_output=True, text=True)
    assert "<title>" in page.stdout, page


def _place(url: str) -> str:
    host, _, port = url.split("/")[2].partition(":")
    return f"{host}:{port}"


def test_a_second_up_has_nothing_to_do(seat: Seat) -> None:
    done = seat.must("up", "simple", "--backend", "vagrant", "--dry-run", "--json")
    assert json.loads(done.stdout)["steps"] == []


def test_commands_find_out_what_a_seat_runs_on(seat: Seat, tmp_path: Path) -> None:
    assert seat.must("exec", "web1", "--", "systemd-detect-virt").stdout.strip() in ("qemu", "kvm")
    assert seat.must("exec", "--user", "ops", "web1", "--", "id", "-un").stdout.strip() == "ops"
    assert seat.run("exec", "web1", "--", "sh", "-c", "exit 7").returncode == 7
    told = seat.must("logs", "app1", "--grep", "Started").stdout
    assert "Started" in told
    note = tmp_path / "note"
    note.write_text("from here\n")
    seat.must("cp", str(note), "web1:/root/note")
    seat.must("cp", "web1:/root/note", str(tmp_path / "back"))
    assert (tmp_path / "back").read_text() == "from here\n"
    kinds = {row["kind"] for row in seat.census()}
    assert {"machine", "network"} <= kinds


def test_no_machine_reaches_another_one_by_the_hosts_way_in(seat: Seat) -> None:
    address = "ip -4 -o addr show eth0 | awk '{print $4}' | cut -d/ -f1"
    other = seat.must("exec", "app1", "--", "sh", "-c", address).stdout.strip()
    assert other.startswith("10.86.255."), other
    asked = f"timeout 10 bash -c '</dev/tcp/{other}/2200'"
    assert seat.run("exec", "web1", "--", "sh", "-c", asked).returncode != 0
    outside = seat.run("exec", "web1", "--", "ip", "route", "get", "192.0.2.1")
    assert outside.returncode != 0


@pytest.mark.nightly  # all of it is asked below, too, when the exercise is graded for good
def test_a_lab_on_machines_is_what_its_picture_says(seat: Seat) -> None:
    answer = verdict(seat, "verify", "simple")
    odd = {c["name"]: c["evidence"] for c in answer["checks"] if c["verdict"] != "pass"}
    assert odd == {}


def test_an_exercise_is_broken_repaired_and_graded(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat.must("exercise", "start", EXERCISE, "--seed", "1", limit_s=LIMIT_S)
    assert verdict(seat, "exercise", "check")["verdict"] == "fail"
    monkeypatch.setenv("XDG_STATE_HOME", str(seat.home / "state"))
    exercise, owner = load_exercise(EXERCISE), SeatRef("simple", seat.name)
    repair = script_sections(exercise, load_lab("simple"), "solutions", "repair", 1)
    run_sections(open_backend("vagrant"), owner, repair)
    assert verdict(seat, "exercise", "finish")["verdict"] == "pass"


def test_a_lab_comes_back_as_it_was_new(seat: Seat) -> None:
    seat.must("exec", "web1", "--", "systemctl", "disable", "--now", "nginx")
    seat.must("exec", "db1", "--", "touch", "/root/old")
    seat.must("reset", limit_s=LIMIT_S)
    assert seat.must("exec", "web1", "--", "systemctl", "is-active", "nginx")
    assert seat.run("exec", "db1", "--", "test", "-e", "/root/old").returncode == 1
    status = seat.status()
    assert status is not None
    assert status["state"] == "ready"


def test_down_leaves_no_machine_network_disk_or_file(seat: Seat) -> None:
    seat.must("down", "simple", limit_s=LIMIT_S)
    assert libvirt("list", "--all", "--name") == []
    assert libvirt("net-list", "--all", "--name") == []
    assert libvirt("vol-list", "barelab") == []
    assert seat.census() == []
    assert [path for path in (seat.home / "state").rglob("*") if path.is_file()] == []


def test_the_vagrantfile_says_what_it_wants_where_nothing_is_rendered(tmp_path: Path) -> None:
    done = subprocess.run(
        ["vagrant", "status"],
        cwd=CLONE,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "BARELAB_SEAT": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "render simple --to vagrant" in done.stderr
