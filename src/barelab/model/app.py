"""The application as barelab knows it: app.yaml as typed data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Site:
    """One site of the application.

    `shows` is plain text that stands in its page only when data was read. `login` names the
    account that the page wants, if it wants one.
    """

    name: str
    title: str
    page: str
    shows: str | None
    login: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """A log-in of a site; `password` is the variable in `App.secrets` that holds its file."""

    name: str
    site: str
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class CompanyLogin:
    """Where the site that an identity provider logs people in to has them come back.

    `callback` is the path after a log-in, `logged_out` that after a log-out.
    """

    site: str
    callback: str
    logged_out: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request that a probe sends; `{key}` and `{token}` in its texts are filled in at the time.

    `expected` are the statuses of success, `missing` that of a read which finds nothing.
    """

    site: str
    method: str
    path: str
    headers: Mapping[str, str]
    json: Mapping[str, object] | None
    expected: tuple[int, ...]
    missing: int | None


@dataclass(frozen=True, slots=True)
class Later:
    """What a worker does later, because `account` sent a form of the page, unchanged.

    `form` is a pattern whose one group finds the form's address in the page. The mail that comes
    of it carries the answer's X-Request-ID.
    """

    account: str
    page: str
    form: str


@dataclass(frozen=True, slots=True)
class Search:
    """A page on which `account` finds by an index what `App.enter` made; `{key}` is its key.

    `shows` is plain text that stands in the page only when the index found it.
    """

    account: str
    page: str
    shows: str


@dataclass(frozen=True, slots=True)
class App:
    """What barelab needs to know to run, ask and load the application.

    `path` is its folder; `requirements` is relative to it. `environment` holds Jinja2 templates,
    `environment_lines` where each of them stands in app.yaml.
    `read_many`, where the application has it, asks for several keys at once, as `{keys}`;
    `enter` makes something with the key for a name, which the first site's page then shows.
    `celery` is what its workers run, where it has any.
    `written` is SQL that says whether a database has what `write` wrote; `%s` is its key.
    """

    path: Path
    title: str
    requirements: str
    wsgi: str
    celery: str | None
    static_url: str
    static_root_env: str
    media_url: str
    media_root_env: str
    sites: Mapping[str, Site]
    health: str
    live: str
    environment: Mapping[str, str]
    environment_lines: Mapping[str, int]
    secrets: Mapping[str, str]
    commands: Mapping[str, tuple[str, ...]]
    write: Request
    read: Request
    counts: Request
    read_many: Request | None = None
    enter: Request | None = None
    later: Later | None = None
    search: Search | None = None
    written: str | None = None
    company_login: CompanyLogin | None = None
    accounts: Mapping[str, Account] = field(default_factory=dict)
