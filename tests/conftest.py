"""A run's share of the tests: it begins them only while its time lets it, in the day's order."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from barelab.dev.due import due

BEGAN = time.monotonic()
TESTS = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("share", "a share of the tests")
    group.addoption(
        "--within",
        type=float,
        metavar="SECONDS",
        help="Begin no further test after so many seconds, but those marked `always`; those that "
        "are left are named. Test files changed of late come first.",
    )
    group.addoption("--day", type=int, default=0, help="The other files begin elsewhere each day.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.within is None:
        return
    files = {item: item.path.relative_to(TESTS).as_posix() for item in items}
    order = due(TESTS.parent, TESTS.name, sorted(set(files.values())), config.option.day)
    items.sort(key=lambda item: (not _always(item), order.index(files[item])))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    within = item.config.option.within
    if within is not None and time.monotonic() - BEGAN > within and not _always(item):
        pytest.skip(f"left for another day: {within:.0f} s were over")


def _always(item: pytest.Item) -> bool:
    return item.get_closest_marker("always") is not None
