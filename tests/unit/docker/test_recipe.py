"""The recipe for systemd follows from what the engine says of itself."""

from __future__ import annotations

import pytest

from barelab.backends.docker.client import EngineFacts
from barelab.backends.docker.recipe import choose
from barelab.support.errors import CouldNotTell


def facts(api: tuple[int, int], cgroups: int, rootless: bool = False) -> EngineFacts:
    return EngineFacts("x", api, cgroups, rootless, "x86_64", "/data", (), 2, 1 << 30)


@pytest.mark.parametrize(
    ("engine", "name"),
    [
        (facts((1, 41), 1), "bind"),
        (facts((1, 41), 2), "remount"),
        (facts((1, 47), 2), "remount"),
        (facts((1, 48), 2), "writable-cgroups"),
        (facts((1, 56), 2), "writable-cgroups"),
        (facts((1, 56), 1), "bind"),
        (facts((1, 56), 2, rootless=True), "writable-cgroups"),
    ],
)
def test_the_recipe_follows_from_version_and_cgroups(engine: EngineFacts, name: str) -> None:
    assert choose(engine).name == name


@pytest.mark.parametrize("engine", [facts((1, 40), 2), facts((1, 48), 1, rootless=True)])
def test_where_no_recipe_fits_one_line_says_why(engine: EngineFacts) -> None:
    with pytest.raises(CouldNotTell) as raised:
        choose(engine)
    assert "\n" not in str(raised.value)


def test_no_recipe_leaves_a_capability_without_dropping_it() -> None:
    for engine in (facts((1, 41), 1), facts((1, 41), 2), facts((1, 48), 2)):
        recipe = choose(engine)
        assert not recipe.capabilities or "--bounding-set -sys_admin" in " ".join(recipe.command)


def test_a_command_drops_what_pid_1_dropped_before_it_is_anybody() -> None:
    remount, bind = choose(facts((1, 41), 2)), choose(facts((1, 41), 1))
    command, user = remount.entering(["id", "-u"], "ops")
    assert user == "root"
    assert command.index("--bounding-set") < command.index("--") < command.index("id")
    assert command[command.index("--reuid") + 1] == "ops"
    assert bind.entering(["id", "-u"], "ops") == (["id", "-u"], "ops")
