"""Loading the application: `app/app.yaml`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from barelab.model import record as words
from barelab.model.app import Account, App, CompanyLogin, Later, Search, Site
from barelab.model.document import read_document
from barelab.model.drill_requests import drill_requests
from barelab.model.item import Item
from barelab.model.readers import Reader, check_key, items, mapping, reference, table, text, word
from barelab.model.record import Record, record
from barelab.support.paths import content_root
from barelab.support.text import quoted

_KEYS = (
    *("title", "requirements", "wsgi", "static", "media", "sites", "health"),
    *("environment", "secrets", "commands", "drill"),
)
_OPTIONAL = ("accounts", "written", "celery", "later", "search", "company_login")
_wsgi = word(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", "module:object")


def load_app(root: Path | None = None) -> App:
    """Return the application of the content root; its `path` is the folder `app/`.

    Raises:
        ContentError: app.yaml is missing or wrong.
    """
    folder = (root or content_root()) / "app"
    top = record(read_document(folder / "app.yaml"), _KEYS, _OPTIONAL)
    secrets = top.get("secrets", table(words.environment, words.name))
    accounts, sites = _accounts_and_sites(top, secrets)
    static, media = top.get("static", _served), top.get("media", _served)
    health = top.get("health", lambda item: record(item, ("path", "live")))
    requests = drill_requests(top.entries["drill"], sites)
    return App(
        path=folder,
        title=top.get("title", text),
        requirements=_requirements(top, folder),
        wsgi=top.get("wsgi", _wsgi),
        celery=top.get_or("celery", _wsgi, None),
        static_url=static.get("url", words.http_path),
        static_root_env=static.get("root_env", words.environment),
        media_url=media.get("url", words.http_path),
        media_root_env=media.get("root_env", words.environment),
        sites=sites,
        health=health.get("path", words.http_path),
        live=health.get("live", words.http_path),
        environment=top.get("environment", table(words.environment, text)),
        environment_lines=top.get("environment", _lines),
        secrets=secrets,
        commands=top.get("commands", table(words.name, _argv)),
        accounts=accounts,
        write=requests["write"],
        read=requests["read"],
        counts=requests["counts"],
        read_many=requests.get("read_many"),
        enter=requests.get("enter"),
        written=top.get_or("written", text, None),
        later=top.get_or("later", _later(accounts), None),
        search=top.get_or("search", _search(accounts), None),
        company_login=top.get_or("company_login", lambda item: _company_login(item, sites), None),
    )


def _later(accounts: Collection[str]) -> Reader[Later]:
    def read(item: Item) -> Later:
        entry = record(item, ("account", "page", "form"))
        return Later(
            account=entry.get("account", reference("account", accounts)),
            page=entry.get("page", words.http_path),
            form=entry.get("form", text),
        )

    return read


def _search(accounts: Collection[str]) -> Reader[Search]:
    def read(item: Item) -> Search:
        entry = record(item, ("account", "page", "shows"))
        return Search(
            account=entry.get("account", reference("account", accounts)),
            page=entry.get("page", words.http_path),
            shows=entry.get("shows", text),
        )

    return read


def _served(item: Item) -> Record:
    return record(item, ("url", "root_env"))


def _lines(item: Item) -> dict[str, int]:
    return {name: entry.line for name, entry in mapping(item).items()}


def _argv(item: Item) -> tuple[str, ...]:
    return tuple(text(part) for part in items(item, at_least=1))


def _requirements(top: Record, folder: Path) -> str:
    path = top.get("requirements", words.relative_path)
    if not (folder / path).is_file():
        raise top.entries["requirements"].fault(f"names no file of app/: {quoted(path)}")
    return path


def _accounts_and_sites(
    top: Record, secrets: Collection[str]
) -> tuple[dict[str, Account], dict[str, Site]]:
    names = top.get("sites", mapping)
    accounts = {
        name: _account(check_key(name, item, words.name), item, names, secrets)
        for name, item in top.get_or("accounts", mapping, {}).items()
    }
    if not names:
        raise top.entries["sites"].fault("must have at least 1")
    sites = {
        name: _site(check_key(name, item, words.name), item, accounts)
        for name, item in names.items()
    }
    return accounts, sites


def _account(name: str, item: Item, sites: Collection[str], secrets: Collection[str]) -> Account:
    entry = record(item, ("site", "username", "password"))
    return Account(
        name=name,
        site=entry.get("site", reference("site", sites)),
        username=entry.get("username", text),
        password=entry.get("password", reference("variable in secrets", secrets)),
    )


def _company_login(item: Item, sites: Collection[str]) -> CompanyLogin:
    entry = record(item, ("site", "callback", "logged_out"))
    return CompanyLogin(
        site=entry.get("site", reference("site", sites)),
        callback=entry.get("callback", words.http_path),
        logged_out=entry.get("logged_out", words.http_path),
    )


def _site(name: str, item: Item, accounts: Mapping[str, Account]) -> Site:
    entry = record(item, ("title", "page"), ("shows", "login"))
    return Site(
        name=name,
        title=entry.get("title", text),
        page=entry.get("page", words.http_path),
        shows=entry.get_or("shows", text, None),
        login=entry.get_or("login", reference("account", accounts), None),
    )
