"""Names that mean the same in every lab."""

from __future__ import annotations

PROBE = "probe"
