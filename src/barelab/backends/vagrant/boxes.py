"""Boxes of Vagrant's and what comes with them: the way in, and the disk of our own programs."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from barelab.backends.vagrant import disks, roots, tool
from barelab.backends.vagrant.virsh import virsh
from barelab.support.errors import CouldNotTell
from barelab.support.locks import hold
from barelab.support.paths import cache_dir

POOL = "barelab"
_POOL_PLACE = "/var/lib/libvirt/barelab"
_HASH_LENGTH = 12
# What Vagrant writes for it in names of files.
_SLASH = "-VAGRANTSLASH-"
_TOOLS = """
set -eu
mkdir tree
tar -C tree -xpf "$1" --exclude=./boot --exclude=./usr/lib/modules --exclude=./usr/share/doc
mkfs.ext4 -q -F -L tools -m 0 -d tree -E lazy_itable_init=0,nodiscard tools.img 400M
rm -rf tree
"""
Say = Callable[[str], None]


def key() -> Path:
    """Return the private key by which this user enters his machines, made if missing."""
    path = _folder() / "key"
    if not path.exists():
        with hold("machines-key", lambda _pid: None):
            if not path.exists():
                words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "barelab"]
                disks.call([*words, "-f", str(path)], path.parent)
    return path


def box_of(tag: str, say: Say) -> str:
    """Return the name of the box of an image, made and known to Vagrant.

    Raises:
        CouldNotTell: the image's root is not there, or a tool failed.
    """
    public = key().with_suffix(".pub")
    name = _name(tag, public.read_bytes())
    with hold(f"box-{name.replace('/', '-')}", lambda pid: say(f"process {pid} makes the box")):
        if not is_known(name):
            root = roots.path_of(tag)
            if not root.exists():
                raise CouldNotTell(f"image {tag} is not here any more; try again")
            with tempfile.TemporaryDirectory(dir=_folder(), prefix=".making-") as made:
                box = disks.make_box(root, public, Path(made))
                tool.add_box(name, box, Path(made, "log"))
    return name


def is_known(name: str) -> bool:
    """Return whether Vagrant has a box of that name, in its own folder."""
    home = Path(os.environ.get("VAGRANT_HOME") or Path.home() / ".vagrant.d")
    return (home / "boxes" / name.replace("/", _SLASH)).is_dir()


def ensure_pool() -> None:
    """Make the place where machines' disks are, and start it, where it is missing or off."""
    with hold("machines-pool", lambda _pid: None):
        if POOL not in virsh("pool-list", "--all", "--name").split():
            virsh("pool-define-as", POOL, "dir", "--target", _POOL_PLACE)
            virsh("pool-build", POOL)
        if POOL not in virsh("pool-list", "--name").split():
            virsh("pool-start", POOL)


def tools(tag: str) -> str:
    """Return the path, on libvirt's machine, of a disk with the programs of an image.

    It is plugged into machines read-only: what we run beside a node comes from there.
    """
    root = roots.path_of(tag)
    name = f"tools-{hashlib.sha256(root.name.encode()).hexdigest()[:_HASH_LENGTH]}.img"
    mark = _folder() / name
    with hold("machines-tools", lambda _pid: None):
        is_there = name in _volumes()
        if not is_there or not mark.exists():
            if is_there:  # of an upload that was killed
                virsh("vol-delete", name, "--pool", POOL)
            with tempfile.TemporaryDirectory(dir=_folder(), prefix=".making-") as made:
                disks.fill(_TOOLS, [str(root)], Path(made))
                image = Path(made, "tools.img")
                virsh("vol-create-as", POOL, name, str(image.stat().st_size))
                virsh("vol-upload", name, str(image), "--pool", POOL, "--sparse")
            mark.touch()
    return virsh("vol-path", name, "--pool", POOL).strip()


def uploaded(name: str) -> bool:
    """Return whether a box's disk has come to libvirt whole, as somebody noted."""
    return (_folder() / f"uploaded-{name.replace('/', '--')}").exists()


def note_uploaded(name: str) -> None:
    """Note that a box's disk has come to libvirt whole."""
    (_folder() / f"uploaded-{name.replace('/', '--')}").touch()


def remove_half_uploaded(name: str) -> None:
    """Remove what a killed upload of a box's disk left: Vagrant would take it for whole."""
    begin = f"{name.replace('/', _SLASH)}_vagrant_box_image_"
    for volume in _volumes():
        if volume.startswith(begin):
            virsh("vol-delete", volume, "--pool", POOL)


def _volumes() -> list[str]:
    rows = (line.split() for line in virsh("vol-list", POOL).splitlines())
    return [row[0] for row in rows if row]


def _name(tag: str, public: bytes) -> str:
    role = tag.partition("/")[2].partition(":")[0]
    digest = hashlib.sha256(roots.path_of(tag).name.encode() + public)
    digest.update(Path(disks.__file__).read_bytes())
    return f"barelab/{role}-{digest.hexdigest()[:_HASH_LENGTH]}"


def _folder() -> Path:
    folder = cache_dir() / "vagrant" / "boxes"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
