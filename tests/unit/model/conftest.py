"""A small, sound content root in a temporary folder, for tests that then break one thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

FILES = {
    "labs/simple.yaml": """\
title: Simple
summary: A web server in front of an application.
networks:
  public: {}
  private: {internal: true}
nodes:
  web1: {role: nginx, networks: [public, private]}
  app: {role: django, networks: [private], count: 2}
  db1: {roles: [postgres, redis], networks: [private]}
front: web1
sites: [portal]
talks:
  - {from: user, to: web1, port: 443}
  - {from: web1, to: app, port: 8000}
options:
  mode: [fast, safe]
""",
    "images/nginx/role.yaml": """\
title: Nginx
units: [nginx.service]
ports: {http: 80, https: 443}
ready: curl -fsS -o /dev/null http://127.0.0.1/ping
memory_mib: 64
needs: [django]
inputs: [app]
secrets:
  - {path: /etc/ssl/barelab/site.crt, kind: certificate, name: site, mode: "0644"}
  - {path: /etc/ssl/barelab/site.key, kind: private-key, name: "site-{node}", owner: www-data}
""",
    "app/app.yaml": """\
title: Shop
requirements: requirements.lock
wsgi: shop.wsgi:application
static: {url: /static/, root_env: STATIC_ROOT}
media: {url: /media/, root_env: MEDIA_ROOT}
sites:
  portal: {title: Portal, page: /, shows: newest}
  console: {title: Console, page: /, login: operator}
health: {path: /health/, live: /live/}
environment: {DEBUG: "0"}
secrets: {TOKEN_FILE: token}
commands: {migrate: [manage.py, migrate]}
accounts:
  operator: {site: console, username: operator, password: TOKEN_FILE}
drill:
  write: {site: portal, method: POST, path: /pay/, json: {n: 1}, acknowledged: [200, 201]}
  read: {site: portal, path: "/pay/{key}/", found: 200, missing: 404}
  counts: {site: portal, path: /counts/}
""",
    "app/requirements.lock": "django\n",
    "exercises/nginx/bad-gateway/exercise.yaml": """\
title: The portal answers 502
lab: simple
level: 1
minutes: 15
variants:
  - {port: 8001, cause: upstream}
  - {port: 8080, cause: socket}
breaks: [portal_answers]
diagnosis:
  what:
    question: What was wrong?
    choices: [the upstream, the socket, the weather]
    answer: {by: cause, upstream: the upstream, socket: the socket}
  where: {question: Where, choices: [web1, app1, db1], answer: web1}
  evidence: {question: What shows it, choices: [the log, the page, nothing], answer: the log}
""",
    "exercises/nginx/bad-gateway/debrief.md": (
        "## What it was\na\n## Three commands\nb\n## How to prevent it\nc\n## Read on\nd\n"
    ),
    "exercises/nginx/bad-gateway/story.md": "Nothing works.\n",
    "exercises/nginx/bad-gateway/checks.py": (
        "@check(points=2)\ndef portal_answers(lab): ...\n\n\ndef helper(): ...\n"
    ),
    "exercises/nginx/bad-gateway/hints.md": (
        "# Hints\n## One\nLook.\n\n```\n## no heading\n```\n## Two\nLook twice.\n## Three\nFix.\n"
    ),
    "exercises/nginx/bad-gateway/break/web1.sh": "exit\n",
    "exercises/nginx/bad-gateway/solutions/right.sh": "exit\n",
    "exercises/nginx/bad-gateway/decoys/restart.sh": "exit\n",
    "exercises/nginx/bad-gateway/decoys/chmod.sh": "exit\n",
    "exercises/drills/failover/drill.yaml": """\
title: The database is killed
hypothesis: Nothing is lost.
labs:
  simple:
    goal: {write_rto_s: 10}
    must_hold: {lost: 0, two_writers_s: 0.5}
    runbook:
      - {when: alarm, node: db1, run: sudo reboot, within_s: 20}
      - {when: healed, node: struck, power: "on"}
load: {writes_per_s: 25, reads_per_s: 2.5}
fault: {kind: kill, target: primary, process: postgres}
stop_after_s: 60
""",
    "exercises/drills/failover/story.md": "A server will be killed.\n",
}
PLAIN_ROLE = "title: {0}\nunits: [{0}.service]\nports: {{}}\nmemory_mib: 64\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a content root of the test's own."""
    return _written(tmp_path)


@pytest.fixture(scope="session")
def sound_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a content root for tests that leave it as it was, as `edit` does."""
    return _written(tmp_path_factory.mktemp("content"))


@pytest.fixture
def edit() -> Iterator[Callable[[Path, str, str], None]]:
    """Return a function that replaces a text in a file until the end of the test."""
    before: dict[Path, str] = {}

    def replace(path: Path, old: str, new: str) -> None:
        text = path.read_text()
        assert old in text
        before.setdefault(path, text)
        path.write_text(text.replace(old, new, 1))

    yield replace
    for path, text in before.items():
        path.write_text(text)


def _written(root: Path) -> Path:
    plain = {
        f"images/{role}/role.yaml": PLAIN_ROLE.format(role)
        for role in ("base", "probe", "django", "postgres", "redis")
    }
    for name, text in {**FILES, **plain}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root
