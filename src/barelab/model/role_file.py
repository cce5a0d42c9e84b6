"""Loading roles: `images/ROLE/role.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import cast, get_args

from barelab.model import record as words
from barelab.model.document import read_document
from barelab.model.item import Item
from barelab.model.readers import boolean, each, integer, nullable, reference, table, text, word
from barelab.model.record import Record, record
from barelab.model.role import Role, RolePage, Secret, SecretKind
from barelab.support.errors import UsageError
from barelab.support.paths import content_root
from barelab.support.text import did_you_mean, quoted

_unit = word(
    r"[A-Za-z0-9_][A-Za-z0-9_.@:-]*\.(service|timer|socket|target|path|mount)", "a systemd unit"
)
_mode = word("0[0-7]{3}", 'a file mode in quotes, such as "0640"')
_secret_name = word(r"([a-z]|\{node\})([a-z0-9-]|\{node\}){0,30}", "a name, with {node} or without")
_port = integer(1, 65535)


def role_names(root: Path | None = None) -> tuple[str, ...]:
    """Return the names of all roles, the base and the probe among them."""
    folder = (root or content_root()) / "images"
    return tuple(sorted(path.parent.name for path in folder.glob("[!._]*/role.yaml")))


def load_role(name: str, root: Path | None = None) -> Role:
    """Return a role; its `path` is its folder.

    Raises:
        UsageError: there is no such role.
        ContentError: its role.yaml is wrong.
    """
    root = root or content_root()
    names = role_names(root)
    if name not in names:
        raise UsageError(f"no role {quoted(name)} in images/{did_you_mean(name, names)}")
    folder = root / "images" / name
    words.check_name(name, folder / "role.yaml")
    top = record(
        read_document(folder / "role.yaml"),
        required=("title", "units", "ports", "memory_mib"),
        optional=("ready", "needs", "forget", "inputs", "systemd", "secrets", "pages"),
    )
    return Role(
        name=name,
        path=folder,
        title=top.get("title", text),
        units=top.get("units", each(_unit)),
        ports=top.get("ports", table(words.name, _port)),
        ready=top.get_or("ready", nullable(text), None),
        memory_mib=top.get("memory_mib", integer(1, 65536)),
        needs=top.get_or("needs", each(reference("other role", {*names} - {name})), ()),
        forget=top.get_or("forget", text, None),
        inputs=_inputs(top, root),
        secrets=_secrets(top, names),
        pages=top.get_or("pages", table(words.name, _page), {}),
        systemd=top.get_or("systemd", boolean, True),
    )


def _inputs(top: Record, root: Path) -> tuple[str, ...]:
    def read(item: Item) -> str:
        path = words.relative_path(item)
        if not (root / path).exists():
            raise item.fault(f"names a file that is not there: {quoted(path)}")
        return path

    return top.get_or("inputs", each(read), ())


def _page(item: Item) -> RolePage:
    entry = record(item, ("title", "port"), ("login", "only"))
    return RolePage(
        title=entry.get("title", text),
        port=entry.get("port", _port),
        login=entry.get_or("login", boolean, False),
        only=entry.get_or("only", each(words.http_path, at_least=1), ()),
    )


def _secrets(top: Record, roles: tuple[str, ...]) -> tuple[Secret, ...]:
    seen: set[str] = set()

    def read(item: Item) -> Secret:
        secret = _secret(item, roles)
        if secret.path in seen:
            raise item.fault(f"has the path {quoted(secret.path)} twice")
        seen.add(secret.path)
        return secret

    return top.get_or("secrets", each(read), ())


def _secret(item: Item, roles: tuple[str, ...]) -> Secret:
    entry = record(item, ("path", "kind"), ("name", "owner", "group", "mode", "with"))
    return Secret(
        path=entry.get("path", words.absolute_path),
        kind=cast(SecretKind, entry.get("kind", reference("kind of secret", get_args(SecretKind)))),
        name=entry.get_or("name", _secret_name, "{node}"),
        owner=entry.get_or("owner", words.account, "root"),
        group=entry.get_or("group", words.account, "root"),
        mode=int(entry.get_or("mode", _mode, "0600"), 8),
        for_roles=entry.get_or("with", each(reference("role", roles), at_least=1), ()),
    )
