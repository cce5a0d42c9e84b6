"""Takes the pictures of the documentation from a running lab, with a headless Chromium.

The picture of a drill's report is of the one that was run last.

    PYTHONPATH=src .venv/bin/python docs/screenshots.py [SEAT]

Needs Debian's packages chromium and pngquant.

Speaks the DevTools protocol over a pipe: JSON messages that end with a zero byte.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barelab.backends.base import SeatRef
from barelab.backends.opening import open_backend
from barelab.drills import keeping
from barelab.drills.report import report
from barelab.launcher.status import statuses
from barelab.launcher.summary import password
from barelab.render.secrets import SeatSecrets
from barelab.support.wait import until

LAB = "simple"
ASSETS = Path(__file__).with_name("assets")
WIDTH, HEIGHT = 1360, 800
REPORT_WIDTH = 1010
LOAD_S = 30.0
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--ignore-certificate-errors",
    "--host-resolver-rules=MAP * 127.0.0.1",
    "--remote-debugging-pipe",
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One page of one site; `account` logs in first."""

    file: str
    site: str
    path: str
    account: str | None = None


PICTURES = (
    Picture("portal.png", "portal", "/"),
    Picture("portal-invoices.png", "portal", "/invoices/", "subscriber"),
    Picture("console.png", "console", "/", "operator"),
    Picture("console-subscriber.png", "console", "/subscribers/C000001/", "operator"),
)


class Browser:
    """A tab of a browser that is spoken to over a pipe."""

    def __init__(self, write: int, read: int) -> None:
        self._write, self._read = os.fdopen(write, "wb"), os.fdopen(read, "rb")
        self._rest, self._number, self._session = b"", 0, ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=WIDTH,
            height=HEIGHT,
            deviceScaleFactor=1,
            mobile=False,
        )

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the protocol and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._write.write(json.dumps(message).encode() + b"\0")
        self._write.flush()
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return dict(answer["result"])

    def run(self, script: str) -> object:
        """Return what a script gives back in the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        return answer["result"].get("value")

    def show(self, url: str) -> None:
        """Open a page and return when it is loaded."""
        self.call("Page.navigate", url=url)
        self.wait("true")

    def wait(self, script: str) -> None:
        """Return when the page is loaded and the script says true."""
        loaded = (
            f"location.href !== 'about:blank' && document.readyState === 'complete' && {script}"
        )
        if until(lambda: self.run(loaded), LOAD_S) is None:
            raise TimeoutError(f"not within {LOAD_S:g} s: {script}")

    def close(self) -> None:
        """End the browser."""
        self._session = ""
        self.call("Browser.close")

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            data = os.read(self._read.fileno(), 1 << 16)
            if not data:
                raise RuntimeError("the browser ended")
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(line))


@contextmanager
def browser() -> Iterator[Browser]:
    """Yield a new browser with a profile of its own."""
    to_browser, from_browser = os.pipe(), os.pipe()
    # The browser reads from file descriptor 3 and writes to 4. Bash: sh knows numbers up to 9 only.
    shell = f'exec 3<&{to_browser[0]} 4>&{from_browser[1]}; exec "$@"'
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            ["bash", "-c", shell, "bash", "chromium", *FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(to_browser[0], from_browser[1]),
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser[0])
        os.close(from_browser[1])
        try:
            opened = Browser(to_browser[1], from_browser[0])
            yield opened
            opened.close()
            process.wait(timeout=10)
        finally:
            process.kill()
            process.wait()


def picture_of_report(tab: Browser, folder: Path) -> None:
    """Take the picture of the page about the drill that was run last, down to its first chart."""
    page = folder / "report.html"
    page.write_text(report(keeping.newest(None)))
    tab.show(page.as_uri())
    height = tab.run(
        "Math.ceil(document.querySelector('svg + table').getBoundingClientRect().bottom) + 16"
    )
    clip = {"x": 0, "y": 0, "width": REPORT_WIDTH, "height": height, "scale": 1}
    size = {"width": REPORT_WIDTH, "height": height, "deviceScaleFactor": 1, "mobile": False}
    tab.call("Emulation.setDeviceMetricsOverride", **size)
    shot = tab.call("Page.captureScreenshot", format="png", clip=clip)
    save(ASSETS / "drill-report.png", base64.b64decode(shot["data"]))


def save(path: Path, png: bytes) -> None:
    """Write a picture with 256 colours, which takes a third of the space."""
    small = subprocess.run(
        ["pngquant", "--strip", "--speed", "1", "-"], input=png, capture_output=True, check=True
    )
    path.write_bytes(small.stdout)
    print(f"{path}: {len(small.stdout) >> 10} KiB")


def main(seat: str) -> None:
    """Take every picture from a seat that is up."""
    missing = [name for name in ("chromium", "pngquant") if shutil.which(name) is None]
    if missing:
        sys.exit(f"missing: sudo apt-get install {' '.join(missing)}")
    backend = open_backend()
    status = statuses(backend, [SeatRef(LAB, seat)])[0]
    if status.lab is None or not status.sites:
        sys.exit(f"nothing is up: ./barelab up {LAB} --seat {seat}")
    networks = backend.observe().of(status.owner).networks
    key = next(network.key for network in networks if network.key)
    app, secrets = status.lab.app, SeatSecrets(key, LAB)
    with browser() as tab:
        for picture in PICTURES:
            root = status.sites[picture.site].rstrip("/")
            tab.show(root + picture.path)
            if picture.account and tab.run("location.pathname") == "/login/":
                account = app.accounts[picture.account]
                word = password(status.lab, secrets, account)
                tab.run(
                    f"document.querySelector('[name=username]').value = {account.username!r};"
                    f"document.querySelector('[name=password]').value = {word!r};"
                    "document.querySelector('[name=password]').form.submit()"
                )
                tab.wait("location.pathname !== '/login/'")
                tab.show(root + picture.path)
            shot = tab.call("Page.captureScreenshot", format="png")
            save(ASSETS / picture.file, base64.b64decode(shot["data"]))
        with tempfile.TemporaryDirectory() as folder:
            picture_of_report(tab, Path(folder))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "default")
