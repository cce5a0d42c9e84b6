"""`cp`, `exec` and `logs` do in nodes what they say, and leave nothing there."""

from __future__ import annotations

import os
import secrets
import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tools.seat import PROGRAM, Running, Seat

from barelab.support.wait import until

if TYPE_CHECKING:
    from docker import APIClient

pytestmark = pytest.mark.e2e

SOON_S = 20.0


@pytest.fixture(scope="module")
def lab(
    engine: APIClient, images: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Seat]:
    """A seat that is up for all tests of this file."""
    seat = Seat(f"t-{secrets.token_hex(4)}", tmp_path_factory.mktemp("home"), engine)
    try:
        seat.up()
        yield seat
    finally:
        seat.close()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Path]:
    """A folder with the usual umask."""
    before = os.umask(0o022)
    yield tmp_path
    os.umask(before)


def root(lab: Seat, node: str, command: str) -> str:
    """Return what a command prints in a node."""
    return lab.must("exec", node, "--", "sudo", "sh", "-c", command).stdout.strip()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_copied_file_has_its_mode_both_ways_and_follows_links(lab: Seat, here: Path) -> None:
    (here / "link").symlink_to("real")
    lab.must("cp", "web1:/etc/hostname", f"{here}/link")
    assert (here / "link").readlink() == Path("real")
    assert (here / "real").read_text() == "web1\n"
    lab.must("cp", "web1:/etc/shadow", str(here))
    assert mode(here / "shadow") == 0o640
    (here / "key").write_text("secret")
    (here / "key").chmod(0o600)
    lab.must("cp", f"{here}/key", "web1:/tmp/")
    assert root(lab, "web1", "stat -c '%a %U' /tmp/key; cat /tmp/key") == "600 root\nsecret"


def test_what_is_in_a_node_keeps_its_owner_and_mode(lab: Seat, here: Path) -> None:
    root(lab, "db1", "install -o postgres -m 600 /dev/null /tmp/pf")
    (here / "new").write_text("new")
    (here / "new").chmod(0o755)
    lab.must("cp", f"{here}/new", "db1:/tmp/pf")
    assert root(lab, "db1", "stat -c '%a %U' /tmp/pf; cat /tmp/pf") == "600 postgres\nnew"


def test_file_of_proc_comes_whole(lab: Seat, here: Path) -> None:
    lab.must("cp", "web1:/proc/meminfo", str(here))
    assert "MemTotal" in (here / "meminfo").read_text()


def test_links_of_nginx_come_as_what_they_lead_to(lab: Seat, here: Path) -> None:
    lab.must("cp", "web1:/etc/nginx/sites-enabled", str(here))
    assert "server app1" in (here / "sites-enabled" / "app").read_text()


def test_folder_goes_both_ways_and_what_is_no_file_is_told(lab: Seat, here: Path) -> None:
    made = "mkdir -p /tmp/t/sub; cd /tmp/t; echo A >sub/a; ln -s sub/a in; ln sub/a again; "
    root(lab, "web1", made + "ln -s /etc/hostname out; mkfifo fifo; ln -s /etc folder")
    done = lab.must("cp", "web1:/tmp/t", str(here))
    assert "left out 2" in done.stderr
    assert "'fifo', 'folder'" in done.stderr
    lab.must("cp", f"{here}/t", "app1:/tmp/")
    lab.must("cp", f"{here}/t", "app1:/tmp/")
    listed = "cd /tmp/t; find . -type f -o -type l | sort; readlink in; cat again out"
    assert root(lab, "app1", listed).split() == [
        *("./again", "./in", "./out", "./sub/a"),
        *("sub/a", "A", "web1"),
    ]
    assert root(lab, "app1", "ls /var/tmp | grep barelab || true") == ""


@pytest.mark.parametrize(
    ("source", "target", "told"),
    [
        ("web1:/nosuch", "{here}", "web1: ‘/nosuch’: No such file or directory"),
        ("web1:/etc/hostname", "{here}/no/", "{here}/no is no folder here; make it first"),
        ("web1:/etc/hostname", "/proc/no", "/proc/no: No such file or directory"),
        ("{here}", "web1:/nosuch/x", "web1: cannot create directory '/nosuch/x': No such file"),
        ("{here}", "web1:x", "say where in web1 from its root, as in web1:/tmp/x"),
    ],
)
def test_copy_that_cannot_be_is_one_plain_line(
    lab: Seat, here: Path, source: str, target: str, told: str
) -> None:
    done = lab.run("cp", source.format(here=here), target.format(here=here))
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"barelab: {told.format(here=here)}")
    assert done.returncode == 2
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    "terminal",
    [pytest.param(False, id="pipe"), pytest.param(True, id="terminal", marks=pytest.mark.always)],
)
@pytest.mark.parametrize(
    ("command", "code", "told"),
    [("nosuchcmd", 127, "nosuchcmd: not found"), ("/etc", 126, "/etc: Permission denied")],
)
def test_missing_command_ends_as_in_a_shell(
    lab: Seat, command: str, code: int, told: str, terminal: bool
) -> None:
    if not terminal:
        done = lab.run("exec", "web1", "--", command)
        assert (done.returncode, done.stdout) == (code, "")
        assert told in done.stderr
        return
    line = f"{PROGRAM} exec web1 --seat {lab.name} -- {command}"
    typed = subprocess.run(
        ["script", "-qec", line, "/dev/null"],
        env=lab.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert typed.returncode == code
    assert told in typed.stdout


def gone(lab: Seat, program: str) -> bool:
    """Return whether a program runs no more in web1, soon."""
    return bool(until(lambda: not runs(lab, program), SOON_S))


def runs(lab: Seat, program: str) -> bool:
    (web,) = (id_ for name, id_ in lab.things().items() if name.endswith(".web1"))
    rows = lab.engine.top(web)["Processes"]
    return any(program in row[-1] for row in rows)


def begun(lab: Seat, program: str, *words: str) -> Running:
    process = lab.start(*words)
    assert until(lambda: runs(lab, program), SOON_S)
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_command_is_ended_in_the_node(lab: Seat, number: signal.Signals) -> None:
    slept = ("exec", "web1", "--", "sh", "-c", "sudo sleep 778 & sleep 778")
    process = begun(lab, "sleep 778", *slept)
    process.send_signal(number)
    _, err = process.communicate(timeout=SOON_S)
    assert (process.returncode, err) == (130, "")
    assert gone(lab, "sleep 778")


def test_interrupted_log_is_ended_in_the_node(lab: Seat) -> None:
    process = begun(lab, "journalctl", "logs", "-f", "web1")
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=SOON_S) == 130
    assert gone(lab, "journalctl")


def test_command_that_nobody_reads_is_ended_in_the_node(lab: Seat) -> None:
    process = begun(lab, "yes", "exec", "web1", "--", "yes")
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(timeout=SOON_S) == 141
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert gone(lab, "yes")
