"""Roots, boxes and what they need here: made once, named after what they were made of."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from barelab.backends import installing
from barelab.backends.base import ImageSpec
from barelab.backends.vagrant import boxes, disks, driver, install, roots, tool
from barelab.support.errors import CouldNotTell

TAG = "barelab/release-django:0123456789ab"


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let everything be kept in a folder of the test's, and a path that begins there."""
    for kind in ("STATE", "CACHE", "DATA"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind))
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin:/usr/sbin:/sbin")
    return tmp_path


def program(folder: Path, name: str, script: str) -> Path:
    path = folder / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def spec(tmp_path: Path, parent: str | None = None) -> ImageSpec:
    script = tmp_path / "install.sh"
    script.write_text("true\n")
    return ImageSpec(TAG, "release-django", parent, {"install.sh": script})


def test_a_root_is_there_under_its_tag_once_it_is_whole(folders: Path) -> None:
    program(
        folders, "mmdebstrap", 'for word; do case $word in *.zst) echo root >"$word";; esac; done'
    )
    assert TAG not in roots.tags_present()
    roots.build(spec(folders), lambda _line: None)
    assert {TAG, "barelab/machine:13"} == roots.tags_present()
    assert [path for path in roots.path_of(TAG).parent.iterdir() if path.is_dir()] == []


def test_a_script_that_fails_leaves_no_root_and_is_told_with_its_last_lines(folders: Path) -> None:
    program(folders, "mmdebstrap", "echo E: no such package; exit 1")
    lines: list[str] = []
    with pytest.raises(CouldNotTell, match="the bare machine could not be made") as caught:
        roots.build(spec(folders), lines.append)
    assert "E: no such package" in str(caught.value)
    assert "E: no such package" in lines
    assert roots.tags_present() == frozenset()


def test_a_child_starts_from_its_parents_root(folders: Path) -> None:
    program(
        folders,
        "mmdebstrap",
        f'echo "$@" >>{folders}/words; for w; do case $w in *.zst) echo >"$w";; esac; done',
    )
    parent = "barelab/release:ffffffffffff"
    roots.path_of(parent).write_text("root")
    roots.build(spec(folders, parent), lambda _line: None)
    words = (folders / "words").read_text()
    assert "--variant=custom" in words
    assert str(roots.path_of(parent)) in words


def test_a_box_is_made_once_and_its_key_is_this_users(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def add(name: str, _box: Path, _log: Path) -> None:
        made.append(name)
        (folders / "boxes" / name.replace("/", "-VAGRANTSLASH-")).mkdir(parents=True)

    monkeypatch.setenv("VAGRANT_HOME", str(folders))
    monkeypatch.setattr(disks, "make_box", lambda _root, _key, folder: folder / "node.box")
    monkeypatch.setattr(tool, "add_box", add)
    roots.path_of(TAG).write_text("root")
    name = boxes.box_of(TAG, lambda _line: None)
    assert boxes.box_of(TAG, lambda _line: None) == name
    assert made == [name]
    assert name.startswith("barelab/release-django-")
    assert boxes.key().stat().st_mode & 0o077 == 0
    boxes.key().with_suffix(".pub").write_text("another")
    assert boxes.box_of(TAG, lambda _line: None) != name


def test_a_box_of_a_root_that_is_gone_is_not_made(folders: Path) -> None:
    with pytest.raises(CouldNotTell, match="is not here any more"):
        boxes.box_of(TAG, lambda _line: None)


def test_a_tool_that_fails_is_told_with_its_last_words(folders: Path) -> None:
    program(folders, "qemu-img", "echo cannot write >&2; exit 1")
    with pytest.raises(CouldNotTell, match=r"`qemu-img` failed:\n  cannot write"):
        disks.call(["qemu-img", "convert"], folders)


def test_vagrants_failure_is_told_without_its_colours(folders: Path) -> None:
    log = folders / "log"
    log.write_text("old\n\x1b[1mA box must be named\x1b[0m\n\n")
    with (
        pytest.raises(CouldNotTell, match=r"web1 could not be made; .*\n  old\n  A box must be"),
        tool._explained("web1 could not be made", log),
    ):
        raise subprocess.CalledProcessError(1, "vagrant")


@pytest.mark.parametrize(("code", "kind"), [(3, "kvm"), (0, "qemu"), (1, "qemu")])
def test_a_guest_that_ends_as_told_shows_that_kvm_works(
    folders: Path, monkeypatch: pytest.MonkeyPatch, code: int, kind: str
) -> None:
    monkeypatch.setattr(driver, "_KVM", folders)
    program(folders, "qemu-system-x86_64", f"echo >>{folders}/asked; exit {code}")
    monkeypatch.setattr(driver.platform, "machine", lambda: "x86_64")  # type: ignore[attr-defined]
    assert driver.driver()["driver"] == kind
    assert driver.driver()["driver"] == kind
    assert (folders / "asked").read_text() == "\n"
    assert (driver.slowness() > 1) is (kind == "qemu")


def test_without_its_device_kvm_is_not_even_asked(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "_KVM", folders / "missing")
    assert driver.driver()["driver"] == "qemu"


def test_what_is_missing_is_named_by_debians_packages(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installing, "which", lambda name: None if name == "virsh" else "/usr/bin/x")
    monkeypatch.setattr(install, "_has_plugin", lambda: False)
    assert install.missing_packages() == ("libvirt-clients", "vagrant-libvirt")


@pytest.mark.parametrize(
    ("answer", "said"), [(None, "nobody can be asked: `.*apt-get install"), (False, "nothing was")]
)
def test_nothing_is_installed_unasked(
    folders: Path, monkeypatch: pytest.MonkeyPatch, answer: bool | None, said: str
) -> None:
    monkeypatch.setattr(installing, "call", lambda _: pytest.fail("installed"))
    with pytest.raises(CouldNotTell, match=said):
        installing.install(("vagrant",), "virtual machines", False, lambda _: answer, print)


def test_what_was_agreed_to_is_installed(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[list[str]] = []
    monkeypatch.setattr(installing, "call", done.append)
    installing.install(("vagrant",), "virtual machines", True, None, lambda _: None)
    assert done[-1][-1] == "vagrant"
    assert "update" in done[0]
