"""Labs that a test is run on: the smallest in every run, the larger ones at night."""

from __future__ import annotations

import pytest

LABS = (
    "simple",
    *(pytest.param(n, marks=pytest.mark.nightly) for n in ("redundant", "redundant-ha")),
)
