from __future__ import annotations

import pytest
from tools.journals import BEGUN


@pytest.fixture
def struck_at() -> float:
    """When the fault strikes in a planted journal with a gap at 8 s."""
    return BEGUN + 8.0
