from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from barelab.model.loading import load_app, load_drill, load_exercise, load_lab, load_role
from barelab.support.errors import ContentError

Fault = tuple[str, str, int, str]
Edit = Callable[[Path, str, str], None]

LAB_FAULTS = [
    ("title: Simple", "titel: Simple", 1, "unknown key 'titel'; did you mean 'title'?"),
    ("title: Simple", "title: Simple\nzzz: 1", 2, "unknown key 'zzz'; known: front, networks"),
    ("front: web1\n", "", 1, "'the file' lacks the key 'front'"),
    ("title: Simple", "title: [a]", 1, "'title' must be text, not a list"),
    ("title: Simple", "title: yes", 1, "'yes', which YAML reads in several ways"),
    ("title: Simple", "title: true", 1, "must be text, not true or false (put it in quotes"),
    ("title: Simple", "title: 12", 1, "must be text, not a number"),
    ("title: Simple", "title: 2024-01-01", 1, "put text in quotes"),
    ("title: Simple", "title:", 1, "must be text, not nothing"),
    ("title: Simple", "title: ' '", 1, "'title' must not be empty"),
    ("title: Simple", 'title: "a\\nb"', 1, "must be one line"),
    ("title: Simple", 'title: "a\\eb"', 1, "without control characters"),
    ("title: Simple", "title: Simple\ntitle: Again", 2, "the key 'title' stands here twice"),
    ("internal: true", "internal: yes", 5, "'internal' must be true or false, not 'yes'"),
    ("internal: true", "internal: 'true'", 5, "must be true or false, not the text 'true'"),
    ("internal: true", "internl: true", 5, "unknown key 'internl'; did you mean 'internal'?"),
    ("  public: {}", "  Public: {}", 4, "'Public' must be a name"),
    ("  public: {}", "  no: {}", 4, "a key must be text"),
    ("  public: {}", "  public:", 4, "'public' must be a mapping, not nothing"),
    ("  public: {}\n  private: {internal: true}", "  {}", 4, "'networks' must have at least 1"),
    ("role: nginx", "role: ngin", 7, "'role' names no role: 'ngin'; did you mean 'nginx'?"),
    ("role: nginx", "role: base", 7, "names no role: 'base'"),
    ("role: nginx", "role: probe", 7, "names no role: 'probe'"),
    ("role: nginx", "role: [nginx]", 7, "'role' must be text, not a list"),
    ("role: nginx", "roles: []", 7, "'roles' must have at least 1"),
    ("role: nginx", "roles: [nginx, nginx]", 7, "'roles' has 'nginx' twice"),
    ("role: nginx, ", "", 7, "'web1' must have either 'role' or 'roles'"),
    ("role: nginx", "role: nginx, roles: [django]", 7, "must have either 'role' or 'roles'"),
    ("[public, private]", "[publik]", 7, "names no network: 'publik'; did you mean 'public'?"),
    ("[public, private]", "[public,\n    off]", 8, "must be text, not 'off'"),
    ("[public, private]", "public", 7, "'networks' must be a list, not the text 'public'"),
    ("count: 2", "count: 0", 8, "'count' must be from 1 to 64, not 0"),
    ("count: 2", "count: 65", 8, "'count' must be from 1 to 64, not 65"),
    ("count: 2", "count: two", 8, "must be a whole number, not the text 'two'"),
    ("count: 2", "count: 0x2", 8, "must be a whole number, not '0x2'"),
    ("count: 2", "count: 2.0", 8, "must be a whole number, not a number"),
    ("count: 2", "count: true", 8, "must be a whole number, not true or false"),
    ("count: 2", f"count: {'9' * 5000}", 8, "must be a whole number"),
    ("  db1: {", "  db1: {count: 2, ", 9, "'db1' ends in a digit: it is one node"),
    ("  db1: {", "  app2: {", 9, "there are two nodes named 'app2'"),
    ("  db1: {", "  probe: {", 9, "the name 'probe' is taken by barelab itself"),
    ("  db1: {", "  user: {", 9, "the name 'user' is taken by barelab itself"),
    ("  db1: {", '  "a;reboot": {', 9, "'a;reboot' must be a name"),
    ("  db1: {", '  "$(id)": {', 9, "'$(id)' must be a name"),
    ("  db1: {", '  "db1\\n": {', 9, "must be one line"),
    ("  db1: {", '  "-db1": {', 9, "'-db1' must be a name"),
    ("  db1: {", "  " + "d" * 31 + ": {", 9, "must be a name"),
    ("  db1: {", "  Db1: {", 9, "'Db1' must be a name"),
    ("{role: django", "{role: redis", 7, "'nginx' needs a node with the role 'django'"),
    ("front: web1", "optional: [app]\nfront: web1", 10, "'app', and web1 needs the role 'django'"),
    ("front: web1", "optional: [ap]\nfront: web1", 10, "names no node or group: 'ap'"),
    ("front: web1", "front: web2", 10, "names no node: 'web2'; did you mean 'web1'?"),
    ("front: web1", "front: db1", 10, "names 'db1', which is on internal networks only"),
    ("front: web1", "front: app", 10, "names no node: 'app'"),
    ("front: web1", "front: probe", 10, "names no node: 'probe'"),
    ("[portal]", "[portl]", 11, "names no site: 'portl'; did you mean 'portal'?"),
    ("[portal]", "[portal, portal]", 11, "'sites' has 'portal' twice"),
    ("[portal]", "[]", 11, "'sites' must have at least 1, not 0"),
    ("from: user", "from: usr", 13, "names no node or group: 'usr'; did you mean 'user'?"),
    ("to: web1", "to: user", 13, "'to' names no node or group: 'user'"),
    ("to: web1", "too: web1", 13, "unknown key 'too'; did you mean 'to'?"),
    ("port: 443", "port: 0", 13, "'port' must be from 1 to 65535, not 0"),
    ("{from: web1, to: app, port: 8000}", "{from: user, to: web1, port: 443}", 14, "twice"),
    ("[fast, safe]", "[fast]", 16, "'mode' must have at least 2, not 1"),
    ("[fast, safe]", "[fast, fast]", 16, "'mode' has 'fast' twice"),
    ("[fast, safe]", "[fast, true]", 16, "must be text, not true or false"),
]
ROLE_FAULTS = [
    ("[nginx.service]", "[nginx]", 2, "'units' must be a systemd unit, not 'nginx'"),
    ("[nginx.service]", "['-x.service']", 2, "must be a systemd unit"),
    ("http: 80", "http: 65536", 3, "'http' must be from 1 to 65535"),
    ("http: 80", "Http: 80", 3, "'Http' must be a name"),
    ("memory_mib: 64", "memory_mib: 0", 5, "'memory_mib' must be from 1"),
    ("memory_mib: 64\n", "", 1, "lacks the key 'memory_mib'"),
    ("[django]", "[nginx]", 6, "names no other role: 'nginx'"),
    ("[django]", "[djago]", 6, "names no other role: 'djago'; did"),
    ("[app]", "[app/../etc]", 7, "must be a relative path"),
    ("[app]", "[/etc]", 7, "must be a relative path"),
    ("[app]", "[..]", 7, "must be a relative path"),
    ("[app]", "[-rf]", 7, "must be a relative path"),
    ("[app]", "[nothere]", 7, "names a file that is not there: 'nothere'"),
    ("/etc/ssl/barelab/site.crt", "etc/site.crt", 9, "must be an absolute path"),
    ("/etc/ssl/barelab/site.crt", "/etc/../site.crt", 9, "must be an absolute path"),
    ("/etc/ssl/barelab/site.crt", "/etc//site.crt", 9, "must be an absolute path"),
    ("/etc/ssl/barelab/site.crt", "/etc/./site.crt", 9, "must be an absolute path"),
    ("/etc/ssl/barelab/site.crt", "/etc/site/", 9, "must be an absolute path"),
    ("/etc/ssl/barelab/site.crt", "/etc/$(id)", 9, "must be an absolute path"),
    ("site.key", "site.crt", 10, "has the path '/etc/ssl/barelab/site.crt' twice"),
    ("kind: certificate", "kind: cert", 9, "names no kind of secret: 'cert'"),
    ("name: site", "name: a;b", 9, "must be a name"),
    ('mode: "0644"', "mode: 0644", 9, "'mode' must be text, not '0644'"),
    ('mode: "0644"', 'mode: "0888"', 9, "'mode' must be a file mode in quotes"),
    ("owner: www-data", 'owner: "a b"', 10, "must be the name of a Unix account"),
]
APP_FAULTS = [
    ("requirements.lock", "../x.lock", 2, "must be a relative path"),
    ("requirements.lock", "x.lock", 2, "names no file of app/: 'x.lock'"),
    ("shop.wsgi:application", "shop", 3, "'wsgi' must be module:object"),
    ("url: /static/", "url: static", 4, "must be a path of the site"),
    ("root_env: MEDIA_ROOT", "root_env: media", 5, "must be the name of an environment variable"),
    ("  portal: {title", "  a.b: {title", 7, "'a.b' must be a name"),
    ("login: operator", "login: operatr", 8, "names no account: 'operatr'; did you mean 'operat"),
    ('{DEBUG: "0"}', "{DEBUG: 0}", 10, "'DEBUG' must be text, not a number"),
    ('{DEBUG: "0"}', '{"A=B": "0"}', 10, "'A=B' must be the name of an environment variable"),
    ("{TOKEN_FILE: token}", "{TOKEN_FILE: ../t}", 11, "must be a name"),
    ("[manage.py, migrate]", "[]", 12, "'migrate' must have at least 1"),
    ("password: TOKEN_FILE", "password: TOKEN", 14, "names no variable in secrets: 'TOKEN'"),
    ("site: portal, method", "site: potal, method", 16, "names no site: 'potal'"),
    ("method: POST", "method: Post", 16, "names no method: 'Post'"),
    ("json: {n: 1}", "json: {n: yes}", 16, "'n' must be text, not 'yes'"),
    ("json: {n: 1}", 'headers: {"A b": c}', 16, "must be the name of a header"),
    ("json: {n: 1}", 'headers: {A: "b\\r\\nC: d"}', 16, "'A' must be one line"),
    ("[200, 201]", "[200, 999]", 16, "'acknowledged' must be from 100 to 599"),
    (", missing: 404", "", 17, "'read' lacks the key 'missing'"),
]
EXERCISE_FAULTS = [
    ("lab: simple", "lab: simpel", 2, "names no lab: 'simpel'; did you mean 'simple'?"),
    ("level: 1", "scale: {ap: 1}\nlevel: 1", 3, "names no group: 'ap'; did you mean 'app'?"),
    ("level: 1", "scale: {db1: 2}\nlevel: 1", 3, "names no group: 'db1'"),
    ("level: 1", "scale: {app: 0}\nlevel: 1", 3, "'app' must be from 1 to 64, not 0"),
    (
        "level: 1",
        "without: [web1]\nlevel: 1",
        3,
        "names no node that the lab can do without: 'web1'",
    ),
    ("level: 1", "level: 5", 3, "'level' must be from 1 to 4, not 5"),
    ("minutes: 15", "minutes: 0", 4, "'minutes' must be from 1"),
    ("port: 8080, ", "", 7, "must all have the same keys as the first: port, cause"),
    ("port: 8080", "port: 0644", 7, "'port' must be text, not '0644'"),
    ("port: 8080", "port: true", 7, "'port' must be text, not true or false"),
    ("{port: 8080, cause: socket}", "{cause: upstream, port: 8001}", 7, "same variant twice"),
    ("port: 8001", "po-rt: 8001", 6, "'po-rt' must be a name of a-z, 0-9 and _"),
    ("[portal_answers]", "[portal_answer]", 8, "names no check in checks.py: 'portal_answer'; did"),
    ("[portal_answers]", "[helper]", 8, "names no check in checks.py: 'helper'"),
    (", the weather]", "]", 12, "'choices' must have at least 3, not 2"),
    ("the weather]", "the socket]", 12, "'choices' has 'the socket' twice"),
    ("by: cause, ", "", 13, "'answer' lacks the key 'by'"),
    ("by: cause", "by: couse", 13, "names no variable of the variants: 'couse'; did you mean"),
    ("socket: the socket}", "sock: the socket}", 13, "unknown key 'sock'; did you mean 'socket'?"),
    (", socket: the socket}", "}", 13, "'answer' lacks the key 'socket'"),
    ("socket: the socket}", "socket: the sock}", 13, "names no choice: 'the sock'"),
]

ANOTHER = "    otherwise: {%s: {goal: {}, must_hold: {}}}\n    runbook:"
DRILL_FAULTS = [
    ("    runbook:", ANOTHER % "mode=slow", 7, "'mode=slow'; did you mean 'mode=safe'?"),
    (
        "    runbook:",
        ANOTHER % "mode=fast",
        7,
        "names no option of the lab and choice: 'mode=fast'",
    ),
    ("hypothesis:", "hypotesis:", 2, "unknown key 'hypotesis'; did you mean 'hypothesis'?"),
    ("  simple:", "  simpel:", 4, "names no lab: 'simpel'; did you mean 'simple'?"),
    ("{write_rto_s: 10}", "{write_rto: 10}", 5, "names no figure: 'write_rto'; did you mean"),
    ("write_rto_s: 10", "write_rto_s: -1", 5, "must be from 0 to 1e+06, not -1"),
    ("lost: 0", "lost: none", 6, "'lost' must be a number, not the text 'none'"),
    ("when: alarm", "when: alert", 8, "names no moment: 'alert'"),
    ("node: db1", "node: db2", 8, "names no node: 'db2'; did you mean 'db1'"),
    ("run: sudo reboot, ", "", 8, "a step of a runbook must have either 'run' or 'power'"),
    ('power: "on"', "power: on", 9, "'power' must be text, not 'on'"),
    ("reads_per_s: 2.5", "reads_per_s: 1000", 10, "must be from 0 to 100, not 1000"),
    ("kind: kill", "kind: crash", 11, "names no kind of fault: 'crash'"),
    ("kind: kill", "kind: pause", 11, "'process' is not for the kind 'pause'"),
    (", process: postgres", "", 11, "a fault of the kind 'kill' lacks the key 'process'"),
    ("target: primary, ", "", 11, "a fault of the kind 'kill' lacks the key 'target'"),
    ("target: primary", "target: struck", 11, "names no node: 'struck'"),
    ("target: primary", "target: web2", 11, "names no node: 'web2'; did you mean 'web1'?"),
]


@pytest.mark.parametrize("fault", LAB_FAULTS, ids=lambda fault: fault[3])
def test_a_fault_in_a_lab_names_its_line(sound_root: Path, edit: Edit, fault: Fault) -> None:
    path = sound_root / "labs/simple.yaml"
    _expect(fault, path, edit, lambda: load_lab("simple", sound_root))


@pytest.mark.parametrize("fault", ROLE_FAULTS, ids=lambda fault: fault[3])
def test_a_fault_in_a_role_names_its_line(sound_root: Path, edit: Edit, fault: Fault) -> None:
    path = sound_root / "images/nginx/role.yaml"
    _expect(fault, path, edit, lambda: load_role("nginx", sound_root))


@pytest.mark.parametrize("fault", APP_FAULTS, ids=lambda fault: fault[3])
def test_a_fault_in_the_app_names_its_line(sound_root: Path, edit: Edit, fault: Fault) -> None:
    _expect(fault, sound_root / "app/app.yaml", edit, lambda: load_app(sound_root))


@pytest.mark.parametrize("fault", EXERCISE_FAULTS, ids=lambda fault: fault[3])
def test_a_fault_in_an_exercise_names_its_line(sound_root: Path, edit: Edit, fault: Fault) -> None:
    path = sound_root / "exercises/nginx/bad-gateway/exercise.yaml"
    _expect(fault, path, edit, lambda: load_exercise("nginx/bad-gateway", sound_root))


@pytest.mark.parametrize("fault", DRILL_FAULTS, ids=lambda fault: fault[3])
def test_a_fault_in_a_drill_names_its_line(sound_root: Path, edit: Edit, fault: Fault) -> None:
    path = sound_root / "exercises/drills/failover/drill.yaml"
    _expect(fault, path, edit, lambda: load_drill("failover", sound_root))


def _expect(fault: Fault, path: Path, edit: Edit, load: Callable[[], object]) -> None:
    old, new, line, message = fault
    edit(path, old, new)
    with pytest.raises(ContentError) as caught:
        load()
    assert message in str(caught.value)
    assert (caught.value.path, caught.value.line) == (path, line)
    assert "\n" not in str(caught.value)
