"""A seat whose lab's file is gone is still seen, and taken down by its labels."""

from __future__ import annotations

import pytest
from tools.content import Content
from tools.seat import Seat

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("words", [["down"], ["down", "simple"]], ids=" ".join)
def test_down_works_by_label(seat: Seat, content: Content, words: list[str]) -> None:
    seat.up()
    (content.root / "labs/simple.yaml").unlink()
    seat.variables = {"BARELAB_CONTENT": str(content.root)}
    status = seat.status()
    assert status is not None
    assert status["state"] == "degraded"
    assert [node["name"] for node in status["nodes"]] == ["app1", "db1", "web1"]
    assert seat.run("up", "simple").returncode == 2
    seat.must(*words)
    assert seat.left() == []


def test_a_damaged_lab_file_does_not_hinder_down(seat: Seat, content: Content) -> None:
    seat.up()
    content.write("labs/simple.yaml", "title: [")
    seat.variables = {"BARELAB_CONTENT": str(content.root)}
    seat.must("down", "simple")
    assert seat.left() == []
