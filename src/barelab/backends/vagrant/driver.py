"""Can this machine run others at full speed? Asked of a processor, not of a device file."""

from __future__ import annotations

import os
import platform
import subprocess
import tempfile
from pathlib import Path

from barelab.support.paths import cache_dir

_KVM = Path("/dev/kvm")
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
# Nested guests may hang there: one that works answers within milliseconds.
_PATIENCE_S = 5.0
# mov dx, 0xf4; mov al, 1; out dx, al; hlt: qemu's isa-debug-exit ends it with 1 * 2 + 1.
_PROGRAM = b"\xba\xf4\x00\xb0\x01\xee\xf4"
_ENDED = 3
# Measured: a boot, a page, a start of Python.
_EMULATED = 6.0


def slowness() -> float:
    """Return by how much a machine here is slower than this one, roughly."""
    return 1.0 if kvm_works() else _EMULATED


def driver() -> dict[str, str | None]:
    """Return what the Vagrantfile asks libvirt for: KVM where a guest runs by it, or emulation."""
    if kvm_works():
        return {"driver": "kvm", "cpu_mode": "host-passthrough", "cpu_model": None}
    return {"driver": "qemu", "cpu_mode": "custom", "cpu_model": "qemu64"}


def kvm_works() -> bool:
    """Return whether a guest runs by KVM; asked once for each boot of this machine."""
    if not _KVM.exists():
        return False
    if not os.access(_KVM, os.R_OK | os.W_OK):
        return True  # for libvirt's own user it does, whatever this one may
    known, boot = cache_dir() / "kvm", _BOOT_ID.read_text().strip()
    told = known.read_text().split() if known.is_file() else []
    if told[:1] != [boot]:
        told = [boot, "works" if _guest_runs() else "hangs"]
        known.write_text(" ".join(told))
    return told[1] == "works"


def _guest_runs() -> bool:
    command = [f"qemu-system-{platform.machine()}", "-accel", "kvm", "-m", "16", "-display", "none"]
    exits = ["-nodefaults", "-no-reboot", "-device", "isa-debug-exit,iobase=0xf4,iosize=1"]
    with tempfile.NamedTemporaryFile() as disk:
        disk.write(_PROGRAM.ljust(510, b"\0") + b"\x55\xaa")
        disk.flush()
        drive = ["-drive", f"file={disk.name},format=raw,if=ide"]
        try:
            done = subprocess.run(
                [*command, *exits, *drive],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_PATIENCE_S,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
    return done.returncode == _ENDED
