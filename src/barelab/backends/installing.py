"""Installing Debian's packages on this machine: asked once, done as root, its output kept back."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Sequence

from barelab.support.errors import CouldNotTell

_ADMIN_PATH = "/usr/local/sbin:/usr/sbin:/sbin"
Ask = Callable[[str], bool | None]
Say = Callable[[str], None]


def install(
    packages: Sequence[str], purpose: str, assume_yes: bool, ask: Ask | None, say: Say
) -> None:
    """Install packages that a purpose needs, once somebody has agreed.

    Raises:
        CouldNotTell: refused, nobody could be asked, impossible here, or failed.
    """
    command = [*as_root(), *apt_get(packages)]
    if which("apt-get") is None:
        raise CouldNotTell(f"for {purpose} this machine lacks what Debian calls {told(packages)}")
    if not assume_yes:
        answer = ask(f"For {purpose}, install the packages {told(packages)}?") if ask else None
        if answer is None:
            raise CouldNotTell(
                "something is missing on this machine, and nobody can be asked: "
                f"`{shlex.join(command)}`, or give --yes"
            )
        if not answer:
            raise CouldNotTell(f"nothing was installed; without it there are no {purpose}")
    say(f"installing {told(packages)}")
    call([*as_root(), "apt-get", "update", "--quiet"])
    call(command)


def told(packages: Sequence[str]) -> str:
    """Return packages as a text."""
    return ", ".join(packages)


def apt_get(packages: Sequence[str]) -> list[str]:
    """Return the command that installs packages."""
    return ["apt-get", "install", "--yes", "--no-install-recommends", *packages]


def as_root() -> list[str]:
    """Return what a command that root alone may give begins with."""
    return [] if os.geteuid() == 0 else ["sudo"]


def call(command: list[str]) -> None:
    """Run a command to its end. Raises CouldNotTell with its last lines where it fails."""
    environment = {**os.environ, "PATH": path(), "DEBIAN_FRONTEND": "noninteractive"}
    # Its output goes beside the answer: --json must stay readable.
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        lines = "\n  ".join(done.stdout.decode(errors="replace").splitlines()[-5:])
        raise CouldNotTell(f"`{' '.join(command)}` failed:\n  {lines}")


def which(program: str) -> str | None:
    """Return where a program is, also where only an administrator's path finds it."""
    return shutil.which(program, path=path())


def path() -> str:
    """Return the user's path with those of an administrator behind it."""
    return f"{os.environ.get('PATH', os.defpath)}:{_ADMIN_PATH}"
