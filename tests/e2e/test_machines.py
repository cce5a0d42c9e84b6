"""A lab on virtual machines, from a machine that has nothing of it to one that has nothing left.

One seat serves all of it, step by step: a boot takes minutes where the processor is emulated.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools.machines import LIMIT_S, libvirt, on_machines
from tools.seat import CLONE, Seat

pytestmark = [pytest.mark.e2e, pytest.mark.alone, pytest.mark.always]


@pytest.fixture(scope="module")
def seat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    """Return a seat that the first test brings up on machines."""
    with on_machines(tmp_path_factory.mktemp("seat")) as found:
        yield found


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
    assert seat.must("exec", "web1", "--", "id", "-un").stdout.strip() == "ops"
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


def test_a_lab_comes_back_as_it_was_new(seat: Seat) -> None:
    seat.must("exec", "web1", "--", "sudo", "systemctl", "disable", "--now", "nginx")
    seat.must("exec", "db1", "--", "sudo", "touch", "/root/old")
    seat.must("reset", limit_s=LIMIT_S)
    assert seat.must("exec", "web1", "--", "systemctl", "is-active", "nginx")
    assert seat.run("exec", "db1", "--", "sudo", "test", "-e", "/root/old").returncode == 1
    status = seat.status()
    assert status is not None
    assert status["state"] == "ready"


def test_down_leaves_no_machine_network_disk_or_file(seat: Seat) -> None:
    seat.must("down", "simple", limit_s=LIMIT_S)
    assert libvirt("list", "--all", "--name") == []
    assert libvirt("net-list", "--all", "--name") == []
    assert libvirt("vol-list", "barelab") == []
    assert seat.census() == []
    # Where no systemd does it, `up` has started libvirt, which is no seat's.
    files = [path for path in (seat.home / "state").rglob("*") if path.is_file()]
    assert [path for path in files if path.parent.name != "libvirt"] == []


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
