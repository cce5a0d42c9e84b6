"""Making this machine able to run others: look what is missing, ask once, install, start."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from barelab.backends import installing
from barelab.backends.installing import Ask, Say
from barelab.backends.vagrant.virsh import virsh
from barelab.support.errors import BarelabError, CouldNotTell, EngineDenied
from barelab.support.paths import state_dir
from barelab.support.wait import until

# What each package is known by here.
_PROGRAMS = {
    "vagrant": "vagrant",
    "virsh": "libvirt-clients",
    "libvirtd": "libvirt-daemon-system",
    "qemu-img": "qemu-utils",
    "qemu-system-x86_64": "qemu-system-x86",
    "mmdebstrap": "mmdebstrap",
    "dnsmasq": "dnsmasq-base",
    "zstd": "zstd",
    "ssh": "openssh-client",
}
_PLUGIN = "vagrant-libvirt"
_START_S = 30.0
# Where no systemd starts it we are in a container, and nobody else has use for its settings: QEMU
# as root, or libvirt takes what it knows of QEMU for stale at each call, where KVM is root's alone.
_BY_HAND = """
set -e
cp /etc/libvirt/qemu.conf "$1/qemu.conf"
printf 'user = "root"\\ngroup = "root"\\n' >>"$1/qemu.conf"
kill -0 "$(cat /run/virtlogd.pid 2>/dev/null)" 2>/dev/null || virtlogd -d
exec unshare --mount sh -c '
    mount --bind "$1/qemu.conf" /etc/libvirt/qemu.conf
    exec libvirtd -d' sh "$1"
"""


def ensure_host(assume_yes: bool, ask: Ask | None, say: Say) -> None:
    """Return once libvirt answers and Vagrant is here; installs and starts what is missing.

    Asks at most once; `ask` returns None where nobody can be asked.

    Raises:
        CouldNotTell: refused, impossible here, or failed; the message says what to do.
    """
    if missing := missing_packages():
        installing.install(missing, "virtual machines", assume_yes, ask, say)
    if not _answers():
        _start(say)


def missing_packages() -> tuple[str, ...]:
    """Return the packages that `ensure_host` would install now."""
    found = [p for program, p in _PROGRAMS.items() if installing.which(program) is None]
    if "vagrant" in found or not _has_plugin():
        found.append(_PLUGIN)
    return tuple(found)


def _has_plugin() -> bool:
    """Return whether Vagrant can use libvirt: Debian's package of it, or one of the user's own."""
    home = Path(os.environ.get("VAGRANT_HOME", Path.home() / ".vagrant.d"))
    gems = (Path("/usr/share/rubygems-integration/all/gems"), home / "gems")
    return any(next(folder.rglob(f"{_PLUGIN}-*"), None) for folder in gems if folder.is_dir())


def _answers() -> bool:
    try:
        virsh("version")
    except EngineDenied:
        raise  # starting it anew would not help
    except BarelabError:
        return False
    return True


def _start(say: Say) -> None:
    if Path("/run/systemd/system").is_dir():
        say("starting libvirt")
        installing.call([*installing.as_root(), "systemctl", "start", "libvirtd"])
    else:
        if os.geteuid() != 0 or shutil.which("unshare") is None:
            raise CouldNotTell("libvirt does not run, and only root can start it here")
        folder = state_dir() / "libvirt"
        folder.mkdir(exist_ok=True)
        say("starting libvirt (no systemd here)")
        log = (folder / "log").open("ab")
        subprocess.run(
            ["sh", "-c", _BY_HAND, "sh", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "PATH": installing.path()},
        )
    if not until(_answers, _START_S, every_s=0.2):
        virsh("version")  # says why
