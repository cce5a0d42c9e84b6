"""Loading labs: `labs/NAME.yaml`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from barelab.model import record as words
from barelab.model.app_file import load_app
from barelab.model.document import read_document
from barelab.model.item import Item
from barelab.model.lab import PRESENCE, Lab, Network, Node, Talk
from barelab.model.names import PROBE
from barelab.model.nodes import ALL, USER, node_names, read_nodes
from barelab.model.readers import Reader, boolean, each, integer, mapping, reference, table, text
from barelab.model.record import Record, record
from barelab.model.role import Role
from barelab.model.role_file import load_role, role_names
from barelab.support.errors import UsageError
from barelab.support.paths import content_root
from barelab.support.text import did_you_mean, quoted

_KEYS = ("title", "summary", "networks", "nodes", "front", "sites", "talks")
_OPTIONS = "options"
_OPTIONAL = "optional"
_NOT_FOR_NODES = {"base", PROBE}
_port = integer(1, 65535)


def lab_names(root: Path | None = None) -> tuple[str, ...]:
    """Return the names of all labs, sorted."""
    folder = (root or content_root()) / "labs"
    return tuple(sorted(path.stem for path in folder.glob("[!._]*.yaml")))


def load_lab(name: str, root: Path | None = None) -> Lab:
    """Return a lab with its roles and the application; its `path` is the file.

    Raises:
        UsageError: there is no such lab; the error names the nearest.
        ContentError: its file, a role's or the application's is wrong.
    """
    root = root or content_root()
    top = _top(name, root)
    app = load_app(root)
    networks = top.get("networks", table(words.name, _internal, at_least=1))
    groups = top.get(
        "nodes", lambda item: read_nodes(item, networks, set(role_names(root)) - _NOT_FOR_NODES)
    )
    nodes = tuple(node for group in groups.values() for node in group)
    names = [node.name for node in nodes]
    roles = _roles(top, groups, root)
    choices = _choices(top) | _presence(top, groups, roles)
    probe = Node(name=PROBE, group=PROBE, roles=(PROBE,), networks=tuple(networks))
    return Lab(
        name=name,
        path=top.item.path,
        title=top.get("title", text),
        summary=top.get("summary", text),
        networks=tuple(Network(key, internal) for key, internal in networks.items()),
        nodes=(*nodes, probe),
        front=top.get("front", _front(nodes, networks)),
        sites=top.get("sites", each(reference("site", app.sites), at_least=1)),
        talks=tuple(_spread(top.get("talks", each(_talk({*groups, *names}))), tuple(groups))),
        roles={**roles, PROBE: load_role(PROBE, root)},
        app=app,
        choices=choices,
        options={option: usual for option, (usual, *_) in choices.items()},
    )


def lab_nodes(name: str, root: Path | None = None) -> tuple[str, ...]:
    """Return the names of a lab's visible nodes, and read nothing but the lab's own file.

    Raises:
        UsageError, ContentError: as for `load_lab`.
    """
    return tuple(node for group in lab_groups(name, root).values() for node in group)


def lab_groups(name: str, root: Path | None = None) -> dict[str, tuple[str, ...]]:
    """Return the names of a lab's visible nodes by group, a node that is in none by its own name.

    Raises:
        UsageError, ContentError: as for `load_lab`. Nothing but the lab's own file is read.
    """
    return _top(name, root or content_root()).get("nodes", node_names)


def lab_choices(name: str, root: Path | None = None) -> dict[str, tuple[str, ...]]:
    """Return the choices of a lab's options, and read nothing but the lab's own file.

    Raises:
        UsageError, ContentError: as for `load_lab`.
    """
    top = _top(name, root or content_root())
    return _choices(top) | dict.fromkeys(top.get_or(_OPTIONAL, each(words.name), ()), PRESENCE)


def refuse_unknown_lab(name: str, root: Path | None = None) -> None:
    """Return when there is a lab of that name. Raises UsageError, with the nearest, if not."""
    names = lab_names(root)
    if name not in names:
        hint = did_you_mean(name, names)
        raise UsageError(f"no lab {quoted(name)}{hint} (barelab list shows all)")


def _top(name: str, root: Path) -> Record:
    refuse_unknown_lab(name, root)
    path = root / "labs" / f"{name}.yaml"
    words.check_name(name, path)
    return record(read_document(path), _KEYS, (_OPTIONS, _OPTIONAL))


def _choices(top: Record) -> dict[str, tuple[str, ...]]:
    return top.get_or(_OPTIONS, table(words.name, each(words.name, at_least=2)), {})


def _presence(
    top: Record, groups: Mapping[str, tuple[Node, ...]], roles: Mapping[str, Role]
) -> dict[str, tuple[str, ...]]:
    """Return an option for each group that the lab can do without.

    Of two that may both be left out, one may need the other: it goes with it.
    """
    known = reference("node or group", groups)
    listed = {*top.get_or(_OPTIONAL, each(known), ())}

    def read(item: Item) -> str:
        group = known(item)
        others = {key: nodes[0].roles for key, nodes in groups.items() if key not in listed}
        alone = {*groups[group][0].roles}.difference(*others.values())
        for other, theirs in others.items():
            if missing := alone.intersection(need for role in theirs for need in roles[role].needs):
                raise item.fault(
                    f"names {quoted(group)}, and {other} needs the role '{min(missing)}'"
                )
        return group

    names = top.get_or(_OPTIONAL, each(read), ())
    return dict.fromkeys(names, PRESENCE)


def _internal(item: Item) -> bool:
    return record(item, (), ("internal",)).get_or("internal", boolean, False)


def _roles(top: Record, groups: Mapping[str, tuple[Node, ...]], root: Path) -> dict[str, Role]:
    names = dict.fromkeys(
        role for group in groups.values() for node in group for role in node.roles
    )
    roles = {name: load_role(name, root) for name in names}
    entries = top.get("nodes", mapping)
    shown = dict.fromkeys(top.get("sites", each(text)), "")
    for key, group in groups.items():
        for role in group[0].roles:
            for need in roles[role].needs:
                if need not in roles:
                    raise entries[key].key_fault(
                        f"the role '{role}' needs a node with the role '{need}' in the lab"
                    )
            for page in roles[role].pages:
                if shown.setdefault(page, role) != role:
                    other = shown[page] or "app.yaml, a site"
                    raise entries[key].key_fault(
                        f"the role '{role}' has pages named '{page}', and so has {other}"
                    )
    return roles


def _front(nodes: Sequence[Node], networks: Mapping[str, bool]) -> Reader[str]:
    def read(item: Item) -> str:
        name = reference("node", [node.name for node in nodes])(item)
        on = next(node.networks for node in nodes if node.name == name)
        if all(networks[network] for network in on):
            raise item.fault(f"names {quoted(name)}, which is on internal networks only")
        return name

    return read


def _spread(talks: Iterable[Talk], groups: Collection[str]) -> Iterator[Talk]:
    """Yield the arrows, those from or to all once for each other group."""
    for talk in talks:
        for source in groups if talk.source == ALL else (talk.source,):
            for target in groups if talk.target == ALL else (talk.target,):
                if source != target or ALL not in (talk.source, talk.target):
                    yield replace(talk, source=source, target=target)


def _talk(ends: set[str]) -> Reader[Talk]:
    def read(item: Item) -> Talk:
        entry = record(item, ("from", "to", "port"))
        return Talk(
            source=entry.get("from", reference("node or group", {*ends, USER, ALL})),
            target=entry.get("to", reference("node or group", {*ends, ALL})),
            port=entry.get("port", _port),
        )

    return read
