"""What is seen of a node from beside it: each way to put something else in a tool's place."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from barelab.grading import look_beside

MOUNTS = "21 20 0:19 / {} rw - tmpfs tmpfs rw\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A node's files, all of them older than the node."""
    monkeypatch.setattr(look_beside, "ROOT", str(tmp_path))
    for name in ("usr/bin/systemctl", "usr/sbin/nginx", "usr/lib/linux/libc.so.6", "etc/passwd"):
        put(tmp_path, name)
    (tmp_path / "usr/local/bin").mkdir(parents=True)
    return tmp_path


def put(root: Path, name: str) -> None:
    """Write a file of the node."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(name)


def born() -> float:
    """Return a moment after all that was written so far, and before what is written next."""
    time.sleep(0.02)
    now = time.time()
    time.sleep(0.02)
    return now


@pytest.mark.parametrize(
    ("done", "named"),
    [
        (lambda root: put(root, "usr/bin/systemctl"), "/usr/bin/systemctl"),
        (lambda root: os.utime(root / "usr/sbin/nginx", (1, 1)), "/usr/sbin/nginx"),
        (lambda root: (root / "usr/bin/systemctl").chmod(0o700), "/usr/bin/systemctl"),
        (lambda root: put(root, "usr/lib/linux/libc.so.6"), "/usr/lib/linux/libc.so.6"),
        (lambda root: put(root, "usr/lib/libnew.so"), "/usr/lib/libnew.so"),
    ],
)
def test_who_changes_a_tool_is_seen(root: Path, done: Callable[[Path], object], named: str) -> None:
    created = born()
    assert not list(look_beside.changed(created))
    done(root)
    assert list(look_beside.changed(created)) == [named]


def test_what_no_tool_loads_may_change(root: Path) -> None:
    created = born()
    for name in ("usr/lib/linux/notes.txt", "etc/passwd", "usr/local/bin/runbook"):
        put(root, name)
    assert not list(look_beside.changed(created))
    assert not list(look_beside.shadows())


def test_a_tool_of_the_same_name_before_debians_is_seen(root: Path) -> None:
    put(root, "usr/local/bin/systemctl")
    assert list(look_beside.shadows()) == ["/usr/local/bin/systemctl"]


def test_a_library_for_every_program_is_seen(root: Path) -> None:
    assert not list(look_beside.preloaded())
    (root / "etc/ld.so.preload").symlink_to("/nowhere")
    assert list(look_beside.preloaded()) == ["/etc/ld.so.preload"]


@pytest.mark.parametrize(
    ("place", "seen"),
    [
        ("/usr/bin/systemctl", True),
        ("/usr", True),
        ("/lib/x", True),
        ("/etc/ld.so.preload", True),
        ("/usr/share", False),
        ("/usr/binary", False),
        ("/", False),
    ],
)
def test_a_mount_over_a_tool_is_seen(
    monkeypatch: pytest.MonkeyPatch, place: str, seen: bool
) -> None:
    monkeypatch.setattr(look_beside, "text", lambda _: MOUNTS.format(place))
    assert list(look_beside.mounted()) == ([place] if seen else [])


def test_who_traces_the_look_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not list(look_beside.tracers())
    monkeypatch.setattr(look_beside, "text", lambda _: "Name:\tx\nTracerPid:\t77\n")
    assert set(look_beside.tracers()) == {"process 77 traces our look"}


def test_processes_are_told_by_the_service_that_process_1_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = {
        "/proc/7/stat": "7 (odd) name) S 1 7",
        "/proc/7/cgroup": "0::/system.slice/nginx.service\n",
        "/proc/8/stat": "8 (worker) S 7 7",
        "/proc/8/cgroup": "0::/system.slice/nginx.service\n",
        "/proc/9/stat": "9 (getty) S 1 9",
        "/proc/9/cgroup": "0::/user.slice/session.scope\n",
    }

    def text(path: str) -> str:
        if path not in known:
            raise FileNotFoundError(path)
        return known[path]

    monkeypatch.setattr(look_beside, "text", text)
    monkeypatch.setattr(look_beside.os, "listdir", lambda _: ["7", "8", "9", "10", "self"])
    assert look_beside.services() == {"nginx.service": [7]}


def test_all_of_it_is_one_object(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    created = born()
    put(root, "usr/local/sbin/nginx")
    put(root, "usr/bin/less")
    monkeypatch.setattr(look_beside.os, "readlink", lambda _: "/usr/lib/systemd/systemd")
    monkeypatch.setattr(look_beside, "mounted", lambda: iter(["/usr/bin"]))
    look_beside.main(created)
    seen = json.loads(capsys.readouterr().out)
    assert seen["altered"] == ["/usr/bin/less", "/usr/local/sbin/nginx"]
    assert (seen["init"], seen["mounted"]) == ("/usr/lib/systemd/systemd", ["/usr/bin"])
