"""From what is wanted and what exists to the steps between: no engine, plain data."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barelab.backends.base import (
    BuildSeen,
    ImageSpec,
    NetworkSeen,
    NetworkSpec,
    NodeRef,
    NodeSeen,
    NodeSpec,
    NodeState,
    SeatRef,
    Snapshot,
)
from barelab.launcher.plan import (
    BuildImage,
    CreateNetwork,
    CreateNode,
    Desired,
    JoinNetwork,
    Plan,
    Remove,
    ResumeNode,
    StartNode,
    outdated,
    plan_down,
    plan_reset,
    plan_up,
)

OWNER = SeatRef("simple", "default")
SUBNETS = {"public": IPv4Network("10.87.0.0/25"), "private": IPv4Network("10.87.0.128/25")}
ON = {"web1": ("public", "private"), "app1": ("private",), "db1": ("private",)}
BASE = ImageSpec("barelab/base:1", "base", None, {})
IMAGES = {name: ImageSpec(f"barelab/{name}:1", name, BASE.tag, {}) for name in ON}
NODES = st.sampled_from(list(ON))


def wanted_network(name: str) -> NetworkSpec:
    return NetworkSpec(OWNER, name, SUBNETS[name], name == "private", "00")


def wanted_node(name: str) -> NodeSpec:
    places = {network: str(SUBNETS[network][5]) for network in ON[name]}
    return NodeSpec(NodeRef(OWNER, name), IMAGES[name].tag, "hash", True, 1 << 26, places, {}, {})


def seen_network(name: str) -> NetworkSeen:
    return NetworkSeen(OWNER, name, f"id-{name}", SUBNETS[name], "00")


def seen_node(name: str, state: NodeState = NodeState.RUNNING) -> NodeSeen:
    places = {network: str(SUBNETS[network][5]) for network in ON.get(name, ())}
    ref, id_ = NodeRef(OWNER, name), f"id-{name}"
    return NodeSeen(ref, id_, state, "hash", places, {}, "", "", 1, 0, False)


DESIRED = Desired(
    tuple(map(wanted_network, SUBNETS)),
    tuple(map(wanted_node, ON)),
    {name: (BASE, image) for name, image in IMAGES.items()},
)
EVERY_IMAGE = frozenset({BASE.tag, *(image.tag for image in IMAGES.values())})
NOTHING = Snapshot((), (), (), frozenset(), {}, frozenset())
WHOLE = replace(
    NOTHING,
    networks=tuple(map(seen_network, SUBNETS)),
    nodes=tuple(map(seen_node, ON)),
    images=EVERY_IMAGE,
)


def drawn_node(draw: st.DrawFn, name: str) -> NodeSeen:
    node = seen_node(name, draw(st.sampled_from(NodeState)))
    if node.state is NodeState.MADE or not draw(st.booleans()):
        return node
    return replace(node, addresses={})


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    names = draw(st.sets(st.sampled_from([*ON, "old1"])))
    return Snapshot(
        tuple(map(seen_network, sorted(draw(st.sets(st.sampled_from(list(SUBNETS))))))),
        tuple(drawn_node(draw, name) for name in sorted(names)),
        tuple(BuildSeen(OWNER, id_) for id_ in sorted(draw(st.sets(st.sampled_from("ab"))))),
        draw(st.frozensets(st.sampled_from(sorted(EVERY_IMAGE)))),
        {},
        frozenset(),
    )


def carried_out(plan: Plan, seen: Snapshot) -> Snapshot:
    """The snapshot after the plan, each step checked against what it needs to be there."""
    networks = {network.id: network for network in seen.networks}
    nodes = {node.id: node for node in seen.nodes}
    builds = {build.id: build for build in seen.builds}
    images, done = set(seen.images), set()
    for step in plan:
        assert set(step.after) <= done, f"{step.key} comes before one of {step.after}"
        done.add(step.key)
        match step:
            case Remove(thing=thing):
                del {NetworkSeen: networks, NodeSeen: nodes, BuildSeen: builds}[type(thing)][
                    thing.id
                ]
            case BuildImage(spec=image):
                assert image.parent is None or image.parent in images
                images.add(image.tag)
            case CreateNetwork(spec=network):
                assert network.network not in {n.network for n in networks.values()}
                networks[f"id-{network.network}"] = seen_network(network.network)
            case CreateNode(spec=node):
                assert node.image in images
                assert set(node.addresses) <= {n.network for n in networks.values()}
                assert f"id-{node.ref.node}" not in nodes
                nodes[f"id-{node.ref.node}"] = seen_node(node.ref.node, NodeState.MADE)
            case JoinNetwork(spec=node, network=name):
                cut = nodes[f"id-{node.ref.node}"]
                places = {**cut.addresses, name: node.addresses[name]}
                nodes[cut.id] = replace(cut, addresses=places)
            case ResumeNode(spec=node):
                paused = nodes[f"id-{node.ref.node}"]
                nodes[paused.id] = replace(paused, state=NodeState.RUNNING)
            case StartNode(spec=node):
                assert nodes[f"id-{node.ref.node}"].addresses == node.addresses
                assert f"id-{node.ref.node}" in nodes
                nodes[f"id-{node.ref.node}"] = seen_node(node.ref.node)
    return replace(
        seen,
        networks=tuple(networks.values()),
        nodes=tuple(nodes.values()),
        builds=tuple(builds.values()),
        images=frozenset(images),
    )


def keys(plan: Plan) -> list[str]:
    return [step.key for step in plan]


def test_whole_seat_needs_no_step() -> None:
    assert plan_up(DESIRED, WHOLE) == ()


@given(snapshots())
def test_plan_up_ends_in_the_seat_that_is_wanted(seen: Snapshot) -> None:
    after = carried_out(plan_up(DESIRED, seen), seen)
    assert {node.ref.node for node in after.nodes} == set(ON)
    assert all(node.state is NodeState.RUNNING for node in after.nodes)
    assert after.builds == ()
    assert plan_up(DESIRED, after) == ()


@given(snapshots())
def test_every_named_step_is_in_the_plan_and_none_is_twice(seen: Snapshot) -> None:
    for plan in (plan_up(DESIRED, seen), plan_down(seen)):
        assert {key for step in plan for key in step.after} <= set(keys(plan))
        assert len(set(keys(plan))) == len(plan)


@given(snapshots())
def test_every_step_says_why(seen: Snapshot) -> None:
    assert all(step.cause for step in (*plan_up(DESIRED, seen), *plan_down(seen)))


@given(snapshots())
def test_plan_down_removes_everything_and_networks_after_all_nodes(seen: Snapshot) -> None:
    plan = plan_down(seen)
    after = carried_out(plan, seen)
    assert (after.networks, after.nodes, after.builds) == ((), (), ())
    members = {step.key for step in plan if not isinstance(_thing(step), NetworkSeen)}
    assert all(set(s.after) == members for s in plan if isinstance(_thing(s), NetworkSeen))


def test_plan_down_of_nothing_is_empty() -> None:
    assert plan_down(NOTHING) == ()


@given(st.sets(NODES))
def test_running_nodes_stay_untouched(missing: set[str]) -> None:
    kept = tuple(node for node in WHOLE.nodes if node.ref.node not in missing)
    plan = plan_up(DESIRED, replace(WHOLE, nodes=kept))
    assert {step.node for step in plan} == missing


@pytest.mark.parametrize(
    ("state", "steps", "cause"),
    [
        (NodeState.RUNNING, [], ""),
        (NodeState.STOPPED, ["start app1"], "app1 is stopped"),
        (NodeState.PAUSED, ["resume app1"], "app1 is paused"),
        (NodeState.MADE, ["remove app1", "create app1", "start app1"], "app1 is half-made"),
    ],
)
def test_each_state_of_a_node_has_its_steps(state: NodeState, steps: list[str], cause: str) -> None:
    others = tuple(node for node in WHOLE.nodes if node.ref.node != "app1")
    plan = plan_up(DESIRED, replace(WHOLE, nodes=(*others, seen_node("app1", state))))
    assert keys(plan) == steps
    assert {step.cause for step in plan} <= {cause}


def waiting(state: NodeState | None) -> Plan:
    """The plan for a whole seat whose db1 waits for its first question, and is as given."""
    late = tuple(replace(spec, waits=spec.ref.node == "db1") for spec in DESIRED.nodes)
    others = WHOLE.nodes[:2]
    nodes = others if state is None else (*others, seen_node("db1", state))
    return plan_up(replace(DESIRED, nodes=late), replace(WHOLE, nodes=nodes))


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        (None, ["create db1"]),
        (NodeState.MADE, ["remove db1", "create db1"]),
        (NodeState.WAITING, []),
        (NodeState.STOPPED, []),
        (NodeState.RUNNING, []),
        (NodeState.PAUSED, ["resume db1"]),
    ],
)
def test_a_node_that_waits_is_made_and_not_started(
    state: NodeState | None, steps: list[str]
) -> None:
    assert keys(waiting(state)) == steps


def test_node_that_is_cut_off_is_connected_before_it_starts() -> None:
    off = replace(seen_node("web1", NodeState.STOPPED), addresses={})
    plan = plan_up(DESIRED, replace(WHOLE, nodes=(off, *WHOLE.nodes[1:])))
    assert keys(plan) == ["join web1 public", "join web1 private", "start web1"]
    assert plan[0].cause == "web1 is cut off from public"
    assert plan[2].after == ("join web1 public", "join web1 private")


def test_node_of_a_lost_network_is_made_anew() -> None:
    plan = plan_up(DESIRED, replace(WHOLE, networks=(seen_network("private"),)))
    assert set(keys(plan)) == {"network public", "remove web1", "create web1", "start web1"}
    create = next(step for step in plan if step.key == "create web1")
    assert set(create.after) == {"network public", "remove web1"}
    assert create.cause == "the network public of web1 is gone"


def test_node_that_is_not_in_the_lab_goes_before_another_takes_its_address() -> None:
    seen = replace(WHOLE, nodes=(*WHOLE.nodes[1:], seen_node("old1")))
    plan = plan_up(DESIRED, seen)
    create = next(step for step in plan if step.key == "create web1")
    assert "remove old1" in create.after


def test_only_missing_images_are_built_parents_first_and_once() -> None:
    plan = plan_up(DESIRED, replace(NOTHING, images=frozenset({IMAGES["db1"].tag})))
    builds = [step for step in plan if isinstance(step, BuildImage)]
    assert [step.spec.role for step in builds] == ["base", "web1", "app1"]
    assert all(step.after == ("image base",) for step in builds[1:])


def test_image_needs_no_parent_once_it_is_built() -> None:
    images = EVERY_IMAGE - {BASE.tag}
    assert not any(
        isinstance(step, BuildImage) for step in plan_up(DESIRED, replace(NOTHING, images=images))
    )


def test_reset_removes_the_named_nodes_alone() -> None:
    assert keys(plan_reset(WHOLE, ["db1", "nobody1"])) == ["remove db1"]


@pytest.mark.parametrize(("state", "told"), [(NodeState.RUNNING, ["db1"]), (NodeState.MADE, [])])
def test_outdated_nodes_are_those_that_stay_and_differ(state: NodeState, told: list[str]) -> None:
    old = replace(seen_node("db1", state), spec="another")
    seen = replace(WHOLE, nodes=(*WHOLE.nodes[:2], old))
    assert outdated(DESIRED, seen, plan_up(DESIRED, seen)) == told


def _thing(step: object) -> object:
    assert isinstance(step, Remove)
    return step.thing
