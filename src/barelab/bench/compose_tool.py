"""Docker Compose v2, installed where it is missing: Debian 13's package, also on Debian 12."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from barelab.backends.company import SUITE, mirror_lines
from barelab.support.errors import CouldNotTell

_PACKAGE = "docker-compose"
_SOURCE = Path("/etc/apt/sources.list.d/barelab-compose.list")
_PIN = Path("/etc/apt/preferences.d/barelab-compose")
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_BY_HAND = "install Docker Compose v2 (`docker compose version` must answer), then try again"
_INSTALL_S = 300.0


def ensure_compose() -> tuple[str, ...]:
    """Return the command that is Compose v2, installed first where it is missing.

    It is Debian 13's package. That suite is pinned below everything else, so that nothing
    but this package ever comes from it.

    Raises:
        CouldNotTell: it is missing and cannot be installed here.
    """
    command = find_compose()
    if command is None:
        _install()
        command = find_compose()
    if command is None:
        raise CouldNotTell(f"the package {_PACKAGE} brought no Compose v2; {_BY_HAND}")
    return command


def find_compose() -> tuple[str, ...] | None:
    """Return the command that is Compose v2 here, or None."""
    for command in (("docker", "compose"), ("docker-compose",)):
        if shutil.which(command[0]) and _is_second(command):
            return command
    return None


def _is_second(command: tuple[str, ...]) -> bool:
    asked = subprocess.run(
        [*command, "version", "--short"], capture_output=True, text=True, check=False
    )
    return asked.returncode == 0 and asked.stdout.strip().lstrip("v").startswith("2.")


def _install() -> None:
    lines = mirror_lines()
    if os.geteuid() != 0 or not lines or not shutil.which("apt-get"):
        raise CouldNotTell(
            f"docker compose is missing, and only root on Debian gets it; {_BY_HAND}"
        )
    signed = f"[signed-by={_KEYRING}] " if _KEYRING.is_file() else ""
    _SOURCE.write_text("".join(line.replace("deb ", f"deb {signed}", 1) + "\n" for line in lines))
    _PIN.write_text(
        f"Package: *\nPin: release n={SUITE}*\nPin-Priority: 50\n\n"
        f"Package: {_PACKAGE}\nPin: release n={SUITE}*\nPin-Priority: 500\n"
    )
    _apt("update")
    _apt("install", "-y", "--no-install-recommends", _PACKAGE)


def _apt(*arguments: str) -> None:
    command = ["apt-get", "-o", "DPkg::Lock::Timeout=120", "-q", *arguments]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=_INSTALL_S,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
    except subprocess.TimeoutExpired as error:
        raise CouldNotTell(f"`{' '.join(command)}` takes too long; {_BY_HAND}") from error
    if done.returncode:
        told = "\n  ".join(done.stderr.splitlines()[-5:])
        raise CouldNotTell(f"`{' '.join(command)}` failed; {_BY_HAND}:\n  {told}")
