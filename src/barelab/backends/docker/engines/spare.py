"""A second engine beside the machine's own, with its own network namespace and cgroups."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from barelab.support.errors import CouldNotTell
from barelab.support.wait import until

_START_S = 60.0
_STOP_S = 60.0
_TOOLS = ("unshare", "nsenter", "ip", "dockerd")
_ADMIN_PATH = "/usr/local/sbin:/usr/sbin:/sbin"

# Private mounts hide a system-wide containerd, which two engines must not share. The loopback
# interface is all the network there is.
_ENTER = """
set -eu
mount --make-rprivate /
if [ -d /run/containerd ]; then mount -t tmpfs none /run/containerd; fi
ip link set lo up
if [ "$1" = 2 ]; then umount -R /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup; fi
if [ "$2" != 0 ]; then mkdir "$3" && mount -t tmpfs -o "size=$2m" none "$3"; fi
shift 3
exec "$@"
"""


@dataclass(frozen=True, slots=True)
class Spare:
    """A running second engine: its process and its address, as DOCKER_HOST takes it."""

    pid: int
    host: str
    log: Path

    def inside(self, command: Sequence[str]) -> list[str]:
        """Return the command as it runs beside the engine: its mounts, and only loopback."""
        return ["nsenter", f"--target={self.pid}", "--net", "--mount", "--", *command]


@contextmanager
def spare_engine(
    *,
    cgroups: int | None = None,
    programs: Path | None = None,
    options: Sequence[str] = (),
    disk_mib: int = 0,
) -> Iterator[Spare]:
    """Run a second engine for the body and leave nothing of it.

    `cgroups` 2 gives it a pure cgroup v2 whatever the host has; None leaves the host's.
    `programs` is a folder with another dockerd, containerd and runc. `disk_mib` gives it a disk of
    that size in memory. Needs root.

    Raises:
        CouldNotTell: it cannot be run here, or does not start; the message says why.
    """
    _check(programs)
    folder = Path(tempfile.mkdtemp(prefix="bl-", dir="/var/tmp"))
    process = _start(folder, (cgroups or 0, disk_mib), programs, options)
    spare = Spare(process.pid, f"unix://{folder}/d.sock", folder / "log")
    try:
        _wait(process, spare)
        yield spare
    finally:
        process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _check(programs: Path | None) -> None:
    if os.geteuid() != 0:
        raise CouldNotTell("a second engine needs root")
    lacking = [tool for tool in _TOOLS if shutil.which(tool, path=_path(programs)) is None]
    if lacking:
        raise CouldNotTell(f"a second engine needs {', '.join(lacking)} on PATH")


def _start(
    folder: Path, setup: tuple[int, int], programs: Path | None, options: Sequence[str]
) -> subprocess.Popen[bytes]:
    data = f"{folder}/data"
    engine = [
        "dockerd",
        f"--host=unix://{folder}/d.sock",
        f"--data-root={data}",
        f"--exec-root={folder}/exec",
        f"--pidfile={folder}/pid",
        *options,
    ]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            ["unshare", "-m", "-n", "sh", "-c", _ENTER, "sh", *map(str, setup), data, *engine],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "PATH": _path(programs)},
        )


def _wait(process: subprocess.Popen[bytes], spare: Spare) -> None:
    from docker import APIClient

    def answers() -> bool | None:
        if process.poll() is not None:
            return True
        client = APIClient(base_url=spare.host, version="1.41", timeout=5)
        try:
            return client.get(f"{client.base_url}/_ping").ok
        except OSError:
            return None
        finally:
            client.close()

    if not until(answers, _START_S, every_s=0.2) or process.poll() is not None:
        told = "\n  ".join(spare.log.read_text(errors="replace").splitlines()[-5:])
        raise CouldNotTell(f"the second engine does not start:\n  {told}")


def _path(programs: Path | None) -> str:
    first = f"{programs}:" if programs else ""
    return f"{first}{os.environ.get('PATH', os.defpath)}:{_ADMIN_PATH}"
