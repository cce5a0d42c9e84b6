"""What a program of our own sees of a node from beside it; prints one JSON object.

Runs in a container of the probe's image in the node's process namespace, with Debian's Python and
nothing else: `python3 -I -c SOURCE CREATED`, with the second in which the node was made. The kernel
sets a file's change time; nobody in the node can set it back.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator

ROOT = "/proc/1/root"
TOOLS = ("/usr/bin", "/usr/sbin")
LIBRARIES = ("/usr/lib", "/usr/lib64")
LOCAL = ("/usr/local/bin", "/usr/local/sbin")
WATCHED = (*TOOLS, *LIBRARIES, "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.preload")


def main(created: float) -> None:
    """Print what was found."""
    seen = {
        "init": os.readlink("/proc/1/exe"),
        "altered": sorted({*changed(created), *shadows(), *preloaded(), *tracers()}),
        "mounted": sorted(mounted()),
        "services": services(),
    }
    print(json.dumps(seen))


def text(path: str) -> str:
    """Return a file's text, whatever bytes somebody in the node put there."""
    with open(path, encoding="utf-8", errors="replace") as stream:
        return stream.read()


def changed(created: float) -> Iterator[str]:
    """Yield programs and shared libraries that changed after the node was made."""
    for folder in TOOLS:
        yield from (e.path[len(ROOT) :] for e in entries(folder) if newer(e, created))
    for folder in LIBRARIES:
        below = (entry for entry in entries(folder) if entry.is_dir(follow_symlinks=False))
        folders = [folder, *(entry.path[len(ROOT) :] for entry in below)]
        for place in folders:
            libraries = (entry for entry in entries(place) if ".so" in entry.name)
            yield from (e.path[len(ROOT) :] for e in libraries if newer(e, created))


def entries(folder: str) -> list[os.DirEntry[str]]:
    """Return what is in a folder of the node."""
    try:
        return list(os.scandir(ROOT + folder))
    except OSError:
        return []


def newer(entry: os.DirEntry[str], created: float) -> bool:
    """Return whether a file's content, name, owner or mode changed since."""
    return (
        not entry.is_dir(follow_symlinks=False)
        and entry.stat(follow_symlinks=False).st_ctime > created
    )


def shadows() -> Iterator[str]:
    """Yield programs that would be found before Debian's of the same name."""
    names = {entry.name for folder in TOOLS for entry in entries(folder)}
    for folder in LOCAL:
        yield from (e.path[len(ROOT) :] for e in entries(folder) if e.name in names)


def preloaded() -> Iterator[str]:
    """Yield the file that puts a library into every program, where there is one."""
    if os.path.lexists(ROOT + "/etc/ld.so.preload"):
        yield "/etc/ld.so.preload"


def tracers() -> Iterator[str]:
    """Yield who holds this very look, or the program that it is a part of, by its strings."""
    for process in ("self", os.getppid()):
        status = text(f"/proc/{process}/status")
        if held := re.search(r"^TracerPid:\s*([1-9]\d*)", status, re.MULTILINE):
            yield f"process {held[1]} traces our look"


def services() -> dict[str, list[int]]:
    """Return the processes of each service that process 1 started, by the service's name."""
    found: dict[str, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            parent = text(f"/proc/{name}/stat").rpartition(")")[2].split()[1]
            unit = re.search(r"/([^/\n]+\.service)$", text(f"/proc/{name}/cgroup"), re.MULTILINE)
        except OSError:
            continue  # it has ended meanwhile
        if parent == "1" and unit:
            found.setdefault(unit[1], []).append(int(name))
    return {unit: sorted(pids) for unit, pids in found.items()}


def mounted() -> Iterator[str]:
    """Yield where something lies over programs or libraries."""
    for place in (line.split()[4] for line in text("/proc/1/mountinfo").splitlines()):
        if any(f"{place}/".startswith(f"{watched}/") for watched in WATCHED) or place == "/usr":
            yield place


if __name__ == "__main__":
    main(float(sys.argv[1]))
