"""A second engine that can be stopped, frozen and started again, as an administrator does it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from docker import APIClient

from barelab.backends.docker.engines.spare import Spare, spare_engine
from barelab.backends.docker.image_store import ImageStore
from barelab.support.wait import until

_START_S = 60.0


class Second:
    """A running engine beside the machine's own, with its own data, socket and network."""

    def __init__(self, spare: Spare, keeper: subprocess.Popen[bytes]) -> None:
        self.host, self.pid = spare.host, spare.pid
        self._keeper, self._log = keeper, spare.log
        self._command = Path(f"/proc/{spare.pid}/cmdline").read_bytes().decode().split("\0")[:-1]
        self._again: subprocess.Popen[bytes] | None = None

    @property
    def prefix(self) -> list[str]:
        """What runs a command beside the engine, in its network."""
        return ["nsenter", f"--target={self._keeper.pid}", "--net", "--mount", "--"]

    def client(self) -> APIClient:
        """Return a connection to it."""
        return APIClient(base_url=self.host, version="1.41", timeout=60)

    def stop(self) -> None:
        """Stop the engine, and with it every container."""
        os.kill(self.pid, signal.SIGTERM)
        assert until(lambda: not _runs(self.pid), _START_S)

    def start(self) -> None:
        """Start the engine on the data that it had."""
        with self._log.open("ab") as log:
            self._again = subprocess.Popen(
                [*self.prefix, *self._command], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.pid = self._again.pid
        assert until(self._answers, _START_S), self._log.read_text()[-2000:]

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let it neither answer nor refuse for the body."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)

    def close(self) -> None:
        """End it where it was started again; who made it ends it else."""
        if self._again is not None and self._again.poll() is None:
            self._again.terminate()
            self._again.wait(_START_S)

    def _answers(self) -> bool:
        with suppress(OSError), self.client() as client:
            return bool(client.get(f"{client.base_url}/_ping").ok)
        return False


def _runs(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@contextmanager
def second_engine(tags: Iterable[str] = ()) -> Iterator[Second]:
    """Run a second engine for the body, with these images of the machine's own."""
    with spare_engine() as spare:
        # Keeps the namespaces while no engine runs in them.
        keeper = subprocess.Popen(spare.inside(["sleep", "infinity"]))
        second = Second(spare, keeper)
        try:
            if tags:
                with second.client() as client:
                    told = [*client.load_image(ImageStore().stream(tags), quiet=True)]
                assert not [line for line in told if "error" in line], told
            yield second
        finally:
            second.close()
            keeper.kill()
            keeper.wait()
