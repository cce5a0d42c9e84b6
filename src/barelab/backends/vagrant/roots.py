"""Roots of machines: a tar for each image, made from its parent's by the role's own script.

mmdebstrap brings what a script needs of a running system, and needs no root where namespaces of
users are allowed. The scripts are those that images of containers are made with.
"""

from __future__ import annotations

import hashlib
import shlex
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from barelab.backends import company
from barelab.backends.archive import pack_tree
from barelab.backends.base import ImageSpec
from barelab.support.errors import CouldNotTell
from barelab.support.paths import cache_dir
from barelab.support.processes import follow

_MACHINE = Path(__file__).with_name("machine")
_KEPT_LINES = 15
_BARE = "barelab/machine:13"
Say = Callable[[str], None]


def path_of(tag: str) -> Path:
    """Return where an image's root is, or would be."""
    return _folder() / (tag.replace("/", "-").replace(":", "-") + f".{machine_hash()}.tar.zst")


def tags_present() -> frozenset[str]:
    """Return the tags of the images whose roots are there."""
    end = f".{machine_hash()}.tar.zst"
    names = (path.name.removesuffix(end) for path in _folder().glob(f"*{end}"))
    parted = (name.partition("-") for name in names)
    return frozenset(f"{top}/{':'.join(rest.rsplit('-', 1))}" for top, _, rest in parted)


def machine_hash() -> str:
    """Return a hash of what makes the root of a container that of a machine."""
    digest = hashlib.sha256()
    for path in sorted(_MACHINE.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(_MACHINE)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:8]


def build(spec: ImageSpec, on_line: Say) -> None:
    """Make the root of an image; the first of a chain starts from a bare machine, made as well.

    Raises:
        CouldNotTell: a script or a tool failed; the message ends with its last lines.
    """
    parent = path_of(spec.parent) if spec.parent else _bare(on_line)
    _make(path_of(spec.tag), spec.tag, spec.sources, parent, on_line)


class RootStore:
    """The roots that there are, for whoever builds images without a seat."""

    def ensure_root(self, on_line: Say) -> str:
        """Return the tag of the bare machine, made if it was missing."""
        _bare(on_line)
        return _BARE

    def tags(self) -> frozenset[str]:
        """Return the tags that there are."""
        return tags_present()


def _bare(on_line: Say) -> Path:
    root = path_of(_BARE)
    if not root.exists():
        on_line("making a bare machine of Debian 13")
        sources = {"install.sh": _MACHINE / "install.sh", "files": _MACHINE / "files"}
        _make(root, "the bare machine", sources, None, on_line)
    return root


def _make(
    root: Path, what: str, sources: Mapping[str, Path], parent: Path | None, on_line: Say
) -> None:
    with tempfile.TemporaryDirectory(dir=_folder(), prefix=".making-") as made:
        new, build_tar, lists = Path(made, "root.tar.zst"), Path(made, "build.tar"), []
        build_tar.write_bytes(pack_tree(sources, company.files()))
        if mirror := company.mirror_lines():
            lists.append(Path(made, "sources.list"))
            lists[0].write_text("\n".join(mirror) + "\n")
        # The namespace of a user who is not root reaches no folder that is his alone.
        Path(made).chmod(0o755)
        command = ["mmdebstrap", "--quiet", *_ways(parent, build_tar), company.SUITE, str(new)]
        _call([*command, *map(str, lists)], what, on_line)
        new.replace(root)


def _ways(parent: Path | None, build_tar: Path) -> list[str]:
    """Return the options of mmdebstrap: what it starts from, and the script that runs there."""
    words = [f"{k}={v}" for k, v in company.environment("/build").items()]
    told = shlex.join(["env", "BUILD=/build", "DEBIAN_FRONTEND=noninteractive", *words])
    unpack = f'mkdir "$1/build" && tar -C "$1/build" -xf {shlex.quote(str(build_tar))}'
    hooks = [f'chroot "$1" {told} sh /build/install.sh', 'rm -rf "$1/build"', _QUIET]
    start = ["--variant=minbase", "--include=ca-certificates"]
    before = [unpack]
    if parent is not None:
        # It has been bootstrapped: only what comes on top is still to be done.
        start = ["--variant=custom", "--skip=update,cleanup/apt"]
        extract = f'tar -C "$1" -xpf {shlex.quote(str(parent))}'
        before = [extract, 'cp --remove-destination /etc/resolv.conf "$1/etc/"', unpack]
    return [
        *start,
        *(f"--setup-hook={hook}" for hook in before),
        *(f"--customize-hook={hook}" for hook in hooks),
    ]


# Whose mirror and whose name servers those were stays this machine's affair.
_QUIET = ': >"$1/etc/resolv.conf" && rm -f "$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d/*'


def _call(command: list[str], what: str, on_line: Say) -> None:
    code, lines = follow(command, on_line)
    if code:
        told = "\n  ".join(lines[-_KEPT_LINES:])
        raise CouldNotTell(f"{what} could not be made; its last lines:\n  {told}")


def _folder() -> Path:
    folder = cache_dir() / "vagrant" / "roots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
