"""The page of a drill renders in a real browser, says nothing wrong there, and asks no network."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from barelab.drills.report import report

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed"),
]

SCREENSHOTS = Path(__file__).resolve().parents[2] / "docs/screenshots.py"
RESULT = Path(__file__).with_name("drill-result.json")
# In pixels: an area that holds what it shows, and a line of text on it.
SIZES = """
    JSON.stringify([...document.querySelectorAll('svg')].map(svg => ({
        width: svg.getBoundingClientRect().width,
        area: svg.querySelector('.writes').getBBox().height,
        flags: svg.querySelectorAll('.flag').length,
        states: svg.querySelectorAll('rect.primary').length,
    })))
"""
TABLE = "document.querySelector('#figures').innerText"
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def shots() -> ModuleType:
    """The program that takes the pictures of the documentation: it speaks with a browser."""
    spec = importlib.util.spec_from_file_location("screenshots", SCREENSHOTS)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def heard(shots: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the browser says unasked, while the test runs."""
    said: list[dict[str, Any]] = []

    class Listening(shots.Browser):  # type: ignore[misc, name-defined]
        def _next(self) -> dict[str, Any]:
            message: dict[str, Any] = super()._next()
            if "method" in message:
                said.append(message)
            return message

    monkeypatch.setattr(shots, "Browser", Listening)
    return said


@pytest.fixture
def tab(shots: ModuleType, heard: list[dict[str, Any]], tmp_path: Path) -> Iterator[Any]:
    """A tab that shows the page of a drill that was run."""
    page = tmp_path / "report.html"
    page.write_text(report(json.loads(RESULT.read_text())))
    with shots.browser() as opened:
        for domain in ("Network", "Log", "Runtime"):
            opened.call(f"{domain}.enable")
        opened.show(page.as_uri())
        yield opened


def test_the_page_renders_without_an_error_or_a_request(
    tab: Any, heard: list[dict[str, Any]]
) -> None:
    charts = json.loads(tab.run(SIZES))
    assert len(charts) == 2
    for chart in charts:
        assert chart["width"] > 500
        assert chart["area"] > 50
        assert chart["flags"] >= 3
        assert chart["states"] >= 1
    assert "Write RTO" in tab.run(TABLE)
    assert tab.run(WIDER) is False
    asked = [m["params"]["request"]["url"] for m in heard if m["method"].endswith("WillBeSent")]
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    wrong = ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
    assert [message for message in heard if message["method"] in wrong] == []
