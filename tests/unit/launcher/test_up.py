"""What a killed `up` had asked for comes late, and who stays is told of what is made anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network
from pathlib import Path
from typing import cast

import pytest

from barelab.backends.base import Backend, NetworkSeen, NodeRef, NodeSpec, SeatRef, Snapshot
from barelab.launcher.desire import desire
from barelab.launcher.ownership import lock_name
from barelab.launcher.plan import CreateNode, Plan
from barelab.launcher.up import Launcher, forgotten, misled
from barelab.model.loading import load_lab, load_role
from barelab.render.nodes import BASE
from barelab.support.paths import state_dir

OWNER = SeatRef("simple", "mine")
OTHER = SeatRef("simple", "others")
EMPTY = Snapshot((), (), (), frozenset(), {}, frozenset())


def with_network(owner: SeatRef, id_: str) -> Snapshot:
    network = NetworkSeen(owner, "public", id_, IPv4Network("10.87.0.0/25"), "5ea7" * 16)
    return replace(EMPTY, networks=(network,))


@dataclass
class Late:
    """A backend that shows one snapshot after another, the last for ever."""

    shown: Iterable[Snapshot]
    removed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shown = list(self.shown)

    def observe(self, owner: SeatRef) -> Snapshot:
        shown = cast(list[Snapshot], self.shown)
        return (shown.pop(0) if len(shown) > 1 else shown[0]).of(owner)

    def remove_network(self, id_: str) -> None:
        self.removed.append(id_)


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def down(backend: Late) -> bool:
    launcher = Launcher(cast(Backend, backend), lambda _: None, lambda _: None)
    return launcher.down(OWNER)


def test_down_looks_again_until_nothing_is_left() -> None:
    backend = Late([with_network(OWNER, "first"), with_network(OWNER, "late"), EMPTY])
    assert down(backend)
    assert backend.removed == ["first", "late"]


def test_down_after_a_killed_one_waits_for_what_that_had_asked_for() -> None:
    left = state_dir() / "locks" / f"{lock_name(OWNER)}.lock"
    left.parent.mkdir()
    left.write_text("4194303")
    backend = Late([EMPTY, EMPTY, with_network(OWNER, "late"), EMPTY])
    assert down(backend)
    assert backend.removed == ["late"]


def test_down_of_nothing_looks_once() -> None:
    backend = Late([EMPTY, with_network(OWNER, "another's work")])
    assert not down(backend)
    assert backend.removed == []


def test_down_leaves_what_others_have() -> None:
    backend = Late([with_network(OTHER, "theirs")])
    assert not down(backend)
    assert backend.removed == []


def making(*names: str) -> Plan:
    def spec(name: str) -> NodeSpec:
        return NodeSpec(NodeRef(OWNER, name), "image", "hash", True, 1 << 26, {}, {}, {})

    return tuple(CreateNode(f"create {name}", "", name, spec=spec(name)) for name in names)


@pytest.mark.parametrize(
    ("made", "told"),
    [((), []), (("db1",), ["app1"]), (("web1",), []), (("app1",), []), (("app1", "db1"), [])],
)
def test_who_stays_forgets_what_it_put_into_a_node_that_is_made_anew(
    made: tuple[str, ...], told: list[str]
) -> None:
    notes = forgotten(load_lab("simple"), making(*made))
    assert [node for node, _ in notes] == told
    assert all("accounts-made" in command for _, command in notes)


@pytest.mark.parametrize(
    ("lab", "named_by"),
    [("simple", {"web1"}), ("production", {"lb1", "app1", "app2", "app3", "iam1", "mon1"})],
)
def test_who_was_made_with_a_port_that_is_taken_is_known(lab: str, named_by: set[str]) -> None:
    base, owner = load_role(BASE), SeatRef(lab, "mine")
    first = desire(load_lab(lab), base, owner, with_network(owner, "net"))
    other = desire(
        load_lab(lab), base, owner, with_network(owner, "net"), {*first.site.ports.values()}
    )
    assert named_by <= misled(first, other)
    assert "redis1" not in misled(first, other)
    assert misled(first, first) == set()
