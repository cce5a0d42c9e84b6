"""A modern engine, built from its sources where a distribution has only an old one."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from barelab.support.errors import CouldNotTell
from barelab.support.paths import cache_dir

VERSION = "2.0.0-beta.24"
# As the engine's own go.mod asks; an older Go would fetch a newer one by itself.
GO = (1, 26, 3)
# runc needs seccomp by name: without it no container starts. Go's checksum database pins the rest.
_BUILDS = (
    ((), (f"github.com/moby/moby/v2/cmd/dockerd@v{VERSION}",)),
    (
        (),
        (
            "github.com/containerd/containerd/v2/cmd/containerd@v2.4.2",
            "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2@v2.4.2",
        ),
    ),
    (("-tags", "seccomp"), ("github.com/opencontainers/runc@v1.5.2",)),
)
_PROGRAMS = ("dockerd", "containerd", "containerd-shim-runc-v2", "runc")
# The distribution's docker-proxy does not understand what a modern engine asks of it.
OPTIONS = ("--userland-proxy=false",)


def built() -> Path | None:
    """Return the folder of the built engine's programs, or None before `build`."""
    folder = _folder()
    return folder if all((folder / name).is_file() for name in _PROGRAMS) else None


def lacking() -> str:
    """Return what is missing here to build it, with what to do; nothing where all is there."""
    found = _printed("go", "env", "GOVERSION")
    if tuple(map(int, re.findall(r"\d+", found)[:3])) < GO:
        wanted = ".".join(map(str, GO))
        return f"building an engine needs Go {wanted} or later, not {found or 'none'}"
    if not _printed("pkg-config", "--modversion", "libseccomp"):
        return "building runc needs `sudo apt-get install libseccomp-dev pkg-config gcc`"
    return ""


def build(say: Callable[[str], None]) -> Path:
    """Return the folder of the engine's programs, built first where they are missing.

    Takes about 5 minutes on two idle cores, 2 GB of disk and a network, at the lowest priority.

    Raises:
        CouldNotTell: a tool is missing, or the build failed.
    """
    done = built()
    if done:
        return done
    if lack := lacking():
        raise CouldNotTell(lack)
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "GOBIN": str(folder), "GOFLAGS": "-mod=mod"}
    for flags, modules in _BUILDS:
        say(f"building {', '.join(module.rpartition('/')[2] for module in modules)}")
        command = ["nice", "-n", "19", "go", "install", *flags, *modules]
        made = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True)
        if made.returncode:
            told = "\n  ".join(made.stderr.splitlines()[-10:])
            raise CouldNotTell(f"`{' '.join(command[3:])}` failed:\n  {told}")
    return folder


def _folder() -> Path:
    return cache_dir() / "engines" / f"moby-{VERSION}"


def _printed(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""
