"""Every alert is proven to fire and to clear; `promtool` itself runs when the image is built."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

MON = Path(__file__).resolve().parents[2] / "images/mon"
FILES = sorted((MON / "files/etc/prometheus/rules").glob("*.yml"))


def test_there_are_alerts() -> None:
    assert len(FILES) >= 6


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_alert_is_quiet_then_on_then_over(path: Path) -> None:
    groups = yaml.safe_load(path.read_text())["groups"]
    alerts = [rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule]
    proof = yaml.safe_load((MON / "tests" / path.name).read_text())
    assert proof["rule_files"] == [f"../files/etc/prometheus/rules/{path.name}"]
    seen = defaultdict(list)
    for case in proof["tests"]:
        for asked in case["promql_expr_test"]:
            name = re.search(r'alertname="(\w+)", alertstate="firing"', asked["expr"])
            assert name, asked
            seen[name[1]].append(bool(asked["exp_samples"]))
    assert dict(seen) == {alert: [False, True, False] for alert in alerts}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_alert_says_how_bad_it_is_and_what_to_do(path: Path) -> None:
    for group in yaml.safe_load(path.read_text())["groups"]:
        for rule in group["rules"]:
            if "alert" in rule:
                assert rule["labels"]["severity"] in ("warning", "critical"), rule["alert"]
                assert set(rule["annotations"]) == {"summary", "description"}, rule["alert"]
                assert rule["for"], rule["alert"]


def test_the_image_is_not_built_without_the_proof() -> None:
    script = (MON / "install.sh").read_text()
    assert "promtool check rules" in script
    assert "promtool test rules" in script
