"""Doctor tells what is there, what is away and what is short; `up` refuses what has no room."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from barelab.backends.docker.engines.spare import spare_engine
from barelab.support.paths import content_root

pytestmark = pytest.mark.e2e
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="a second engine needs root")


def barelab(
    *arguments: str, prefix: list[str] | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*(prefix or []), sys.executable, "-m", "barelab", *arguments],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def states(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    return {item["name"]: item["state"] for item in json.loads(done.stdout)["items"]}


def test_where_labs_run_doctor_says_so() -> None:
    done = barelab("doctor", "--json")
    found = states(done)
    assert done.returncode == 0, done.stdout
    assert (found["engine"], found["systemd in nodes"], found["base image"]) == ("ok", "ok", "ok")


def test_without_an_engine_doctor_could_not_tell(tmp_path: Path) -> None:
    done = barelab("doctor", "--json", DOCKER_HOST=f"unix://{tmp_path}/gone.sock")
    assert done.returncode == 3
    assert states(done)["engine"] == "unknown"
    assert states(done)["python"] == "ok"


def test_up_without_an_engine_that_the_user_names_says_which(tmp_path: Path) -> None:
    done = barelab("up", "simple", "--yes", DOCKER_HOST=f"unix://{tmp_path}/gone.sock")
    assert done.returncode == 3
    assert f"DOCKER_HOST=unix://{tmp_path}/gone.sock" in done.stderr


@needs_root
def test_a_short_disk_is_refused_before_the_start_with_figures(tmp_path: Path) -> None:
    with spare_engine(disk_mib=300) as spare:
        there = {"DOCKER_HOST": spare.host, "XDG_STATE_HOME": str(tmp_path)}
        done = barelab("up", "simple", prefix=spare.inside([]), **there)
        assert done.returncode == 3
        assert "disk is short: simple needs" in done.stderr
        assert " MiB are free at " in done.stderr
        census = barelab("census", "--json", prefix=spare.inside([]), **there)
        doctor = barelab("doctor", "--json", prefix=spare.inside([]), **there)
    assert json.loads(census.stdout)["resources"] == []
    assert (doctor.returncode, states(doctor)["disk"]) == (1, "bad")


def test_short_memory_is_refused_before_the_start_with_figures(tmp_path: Path) -> None:
    for name in ("labs", "images", "app"):
        shutil.copytree(content_root() / name, tmp_path / name, symlinks=True)
    for role in tmp_path.glob("images/*/role.yaml"):
        role.write_text(re.sub(r"memory_mib: \d+", "memory_mib: 65536", role.read_text()))
    done = barelab("up", "simple", "--seat", "roomless", BARELAB_CONTENT=str(tmp_path))
    assert done.returncode == 3, done.stderr
    assert "memory is short: simple needs 192.0 GiB" in done.stderr
    census = json.loads(barelab("census", "--json").stdout)
    assert not [r for r in census["resources"] if "roomless" in r["seat"]]


# The machine's own engine, its data and its programs are hidden in a mount namespace.
_HIDDEN = """
set -eu
mount --make-rprivate /
for d in /run /var/lib/docker /var/lib/containerd; do
    if [ -d $d ]; then mount -t tmpfs none $d; fi
done
ip link set lo up
if [ "$1" = missing ]; then
    for p in dockerd docker; do
        path=$(command -v $p) && mount --bind /dev/null "$path"
    done
fi
shift
code=0
"$@" || code=$?
if [ -f /run/docker.pid ]; then
    pid=$(cat /run/docker.pid)
    kill "$pid"
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
fi
exit $code
"""


def hidden(how: str) -> list[str]:
    return ["unshare", "-m", "-n", "sh", "-c", _HIDDEN, "sh", how]


@needs_root
def test_an_engine_that_is_installed_but_not_running_is_started_by_hand(tmp_path: Path) -> None:
    done = barelab(
        "doctor", "--fix", "--json", prefix=hidden("stopped"), XDG_STATE_HOME=str(tmp_path)
    )
    assert "starting the container engine" in done.stderr
    assert states(done)["engine"] == "ok"


@needs_root
def test_without_an_engine_and_a_yes_the_command_to_run_is_told(tmp_path: Path) -> None:
    done = barelab("up", "simple", prefix=hidden("missing"), XDG_STATE_HOME=str(tmp_path))
    assert done.returncode == 3
    assert "apt-get install" in done.stderr
    assert "docker.io" in done.stderr
    assert "--yes" in done.stderr
