"""Every rule of the siem says what it is for and how bad it is, and has an act that proves it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

SIEM = Path(__file__).resolve().parents[2] / "images/siem"
RULES = sorted((SIEM / "files/etc/sigma/rules").glob("*.yml"))
LEVELS = {"low", "medium", "high", "critical"}


def _parts(path: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(path.read_text()))


def test_there_are_rules() -> None:
    assert len(RULES) >= 10


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_a_rule_says_what_it_is_for_and_how_bad_it_is(path: Path) -> None:
    told = _parts(path)[0]
    assert told["level"] in LEVELS
    assert told["title"]
    assert told["description"].endswith(".")
    assert told["falsepositives"]
    # Of two, the second is the one that is counted, and only the first is an event.
    assert [part.get("level") for part in _parts(path)[1:]] in ([], [None])


def test_no_two_rules_are_one() -> None:
    parts = [part for path in RULES for part in _parts(path)]
    assert len({part["id"] for part in parts}) == len(parts)
    assert len({part["title"] for part in parts}) == len(parts)


def test_every_rule_has_its_proof() -> None:
    proofs = sorted((SIEM / "tests").glob("*.yaml"))
    assert [path.stem for path in proofs] == [path.stem for path in RULES]
    for path in proofs:
        assert set(yaml.safe_load(path.read_text())) == {"at", "act", "ordinary"}, path.name


def test_no_image_has_rules_that_were_not_converted() -> None:
    assert "\nsiem-convert\n" in (SIEM / "install.sh").read_text()
