"""The bare Debian 13 that every image starts from: pulled from a registry, else made here."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from barelab.backends import company
from barelab.backends.docker import client as engine
from barelab.support.errors import CouldNotTell
from barelab.support.paths import making_folder
from barelab.support.processes import follow

if TYPE_CHECKING:
    from docker import APIClient

ROOT = "barelab/debian:13"
# The multi-platform index of debian:trixie-slim, by digest: a tag may be moved, this may not.
PULLED = (
    "debian:trixie-slim@sha256:a29215f6a35e51e22adffa17f89e9d2ef06214e64a2bad10d765c46aea49f11f"
)
REGISTRY_S = 5.0
_SOURCES = "etc/apt/sources.list etc/apt/sources.list.d/*"
MAKERS = ("mmdebstrap", "debootstrap")


def ensure_root(client: APIClient, on_line: Callable[[str], None]) -> str:
    """Return the tag of the bare Debian image; pull or make it where it is missing.

    Raises:
        CouldNotTell: no registry answers and no tool to make it is installed.
    """
    if not present(client):
        if registry_answers():
            on_line("pulling Debian 13 by digest")
            client.pull(PULLED)
            client.tag(PULLED, *ROOT.split(":"))
        else:
            _make(client, on_line)
    return ROOT


def obtainable(client: APIClient) -> bool:
    """Return whether the bare Debian image is there, or can be pulled or made."""
    return present(client) or maker() is not None or registry_answers()


def present(client: APIClient) -> bool:
    """Return whether the bare Debian image is there."""
    from docker.errors import ImageNotFound

    try:
        client.inspect_image(ROOT)
    except ImageNotFound:
        return False
    return True


@functools.cache
def registry_answers() -> bool:
    """Return whether the engine reaches the registry, found out within `REGISTRY_S` seconds."""
    from docker.errors import DockerException
    from requests.exceptions import RequestException

    try:
        engine.connect(REGISTRY_S).inspect_distribution(PULLED)
    except (DockerException, RequestException):
        return False
    return True


def maker() -> str | None:
    """Return the installed tool that makes a Debian root, or None."""
    return next((tool for tool in MAKERS if shutil.which(tool)), None)


def _make(client: APIClient, on_line: Callable[[str], None]) -> None:
    tool = maker()
    if tool is None:
        raise CouldNotTell(
            "no image registry answers, and neither mmdebstrap nor debootstrap is here to make the "
            "base image: `sudo apt-get install mmdebstrap`, or load a bundle with "
            "`barelab bundle load FILE`"
        )
    folder = making_folder()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        tarball = folder / "root.tar"
        on_line(f"making Debian 13 with {tool} (no image registry answers)")
        for command in _commands(tool, folder, tarball):
            _call(command, on_line)
        client.import_image(str(tarball), *ROOT.split(":"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _commands(tool: str, folder: Path, tarball: Path) -> list[list[str]]:
    sources = company.mirror_lines()
    if tool == "mmdebstrap":
        options = ["--quiet", "--variant=minbase"]
        # Whose mirror it is stays this machine's affair.
        options += [f'--customize-hook=cd "$1" && rm -f {_SOURCES}'] if sources else []
        return [[tool, *options, company.SUITE, str(tarball), *sources]]
    mirror = [sources[0].split()[1]] if sources else []
    tree = str(folder / "tree")
    return [
        [tool, "--variant=minbase", company.SUITE, tree, *mirror],
        *([["sh", "-c", f'cd "$1" && rm -f {_SOURCES}', "sh", tree]] if sources else []),
        ["tar", "--numeric-owner", "-C", tree, "-cf", str(tarball), "."],
    ]


def _call(command: list[str], on_line: Callable[[str], None]) -> None:
    code, lines = follow(command, on_line)
    if code:
        told = "\n  ".join(lines[-10:])
        raise CouldNotTell(
            f"{command[0]} could not make the base image {ROOT} (without a network, "
            f"`barelab bundle load FILE` brings it):\n  {told}"
        )
