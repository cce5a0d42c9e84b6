from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from barelab.cli import main
from barelab.model.loading import load_lab
from barelab.render.nodes import memory_mib

Cost = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cost(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Cost:
    """Return exit code, answer and notes of `barelab cost`."""

    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["barelab", "cost", *words])
        code = main.run()
        printed = capfd.readouterr()
        return code, printed.out, printed.err

    return call


@pytest.fixture
def prices(tmp_path: Path) -> str:
    path = tmp_path / "prices.yaml"
    path.write_text("currency: INR\nsizes:\n  - {memory_mib: 4096, price: 10}\ngroups: {db: 5.5}\n")
    return str(path)


def test_a_lab_is_its_visible_nodes_as_servers(cost: Cost) -> None:
    lab = load_lab("production")
    code, answer, _ = cost("production", "--json")
    told = json.loads(answer)
    assert code == 0
    assert told["servers"] == sum(group["servers"] for group in told["groups"])
    assert told["servers"] == len(lab.visible())
    assert told["memory_mib"] == sum(memory_mib(lab, node) for node in lab.visible())


def test_without_prices_nothing_is_summed_up_and_it_says_how_to_give_them(cost: Cost) -> None:
    code, answer, notes = cost("production")
    assert (code, "INR" in answer, "--prices FILE" in notes) == (0, False, True)
    assert json.loads(cost("production", "--json")[1])["inr_per_month"] is None


def test_a_month_costs_what_its_servers_do(cost: Cost, prices: str) -> None:
    told = json.loads(cost("production", "--prices", prices, "--json")[1])
    of = {group["group"]: group["inr_per_month"] for group in told["groups"]}
    assert (of["app"], of["db"]) == (30, 11)
    assert told["inr_per_month"] == sum(of.values()) == 10 * (told["servers"] - 2) + 11
    _, answer, notes = cost("production", "--prices", prices)
    last = [str(told["servers"]), str(told["memory_mib"]), f"{told['inr_per_month']:.2f}"]
    assert answer.splitlines()[-1].split() == ["all", *last]
    assert notes == ""


def test_a_lab_that_is_not_there_and_prices_that_are_not_are_told(cost: Cost) -> None:
    assert cost("produktion")[0::2] == (
        2,
        "barelab: no lab 'produktion'; did you mean 'production'? (barelab list shows all)\n",
    )
    assert cost("simple", "--prices", "/none.yaml")[0::2] == (
        2,
        "barelab: /none.yaml:1: there is no such file\n",
    )
