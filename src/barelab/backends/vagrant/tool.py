"""Vagrant itself: where its Vagrantfile is, and what it says when it fails."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from barelab.support.errors import CouldNotTell, EngineAway
from barelab.support.paths import content_root
from barelab.support.processes import WITH_US

_KEPT_LINES = 5
# Colours and the moves of a cursor, which Vagrant writes into files as well.
_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def up(node: str, seat: Path, log: Path) -> None:
    """Have a node of a seat's folder made, or started; what Vagrant prints goes to `log`.

    Raises:
        EngineAway: Vagrant is not here.
        CouldNotTell: it failed; the message has the last lines of its log.
    """
    own = {"BARELAB_SEAT": str(seat), "VAGRANT_DOTFILE_PATH": str(seat / ".vagrant")}
    with _explained(f"{node} could not be made", log):
        _vagrant(content_root(), log, own).up(vm_name=node, provider="libvirt")


def add_box(name: str, box: Path, log: Path) -> None:
    """Give a box to Vagrant. Raises as `up` does."""
    with _explained(f"Vagrant does not take the box {name}", log):
        _vagrant(box.parent, log, {}).box_add(name, str(box), provider="libvirt", force=True)


def _vagrant(root: Path, log: Path, own: Mapping[str, str]) -> Any:
    import vagrant

    untyped: Any = vagrant.Vagrant

    @contextlib.contextmanager
    def printed() -> Iterator[IO[str]]:
        with log.open("a") as stream:
            yield stream

    class WithUs(untyped):  # type: ignore[misc]
        """Vagrant, which ends when we do: nobody else waits for what it makes."""

        def _make_vagrant_command(self, words: list[str | None]) -> list[str]:
            command: list[str] = super()._make_vagrant_command(words)
            return [*WITH_US, *command]

    environment = {**os.environ, **own, "VAGRANT_DEFAULT_PROVIDER": "libvirt"}
    return WithUs(root=str(root), env=environment, out_cm=printed, err_cm=printed)


@contextlib.contextmanager
def _explained(what: str, log: Path) -> Iterator[None]:
    """Turn a failure of Vagrant's into ours."""
    try:
        yield
    except subprocess.CalledProcessError as error:
        told = _CONTROL.sub("", log.read_text(errors="replace")) if log.is_file() else ""
        lines = [line.strip() for line in told.splitlines() if line.strip()]
        last = "\n  ".join(lines[-_KEPT_LINES:])
        raise CouldNotTell(f"{what}; the last lines of {log}:\n  {last}") from error
    except RuntimeError as error:  # python-vagrant finds no `vagrant`
        raise EngineAway(
            "Vagrant is not here: `barelab up LAB --backend vagrant --yes` installs it"
        ) from error
