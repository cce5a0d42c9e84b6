from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from barelab.model.lab import Network, Node, Page, Talk
from barelab.model.loading import (
    exercise_names,
    lab_for,
    lab_names,
    lab_nodes,
    load_app,
    load_exercise,
    load_lab,
    load_role,
    role_names,
)
from barelab.support.errors import ContentError, UsageError

NAME = "nginx/bad-gateway"
Edit = Callable[[Path, str, str], None]


def test_a_lab_has_its_nodes_in_order_with_groups_expanded_and_the_probe_last(root: Path) -> None:
    lab = load_lab("simple", root)
    private = ("private",)
    assert lab.nodes == (
        Node("web1", "web1", ("nginx",), ("public", "private")),
        Node("app1", "app", ("django",), private),
        Node("app2", "app", ("django",), private),
        Node("db1", "db1", ("postgres", "redis"), private),
        Node("probe", "probe", ("probe",), ("public", "private")),
    )
    assert lab_nodes("simple", root) == tuple(node.name for node in lab.visible())


def test_a_lab_has_its_networks_talks_sites_roles_and_file(root: Path) -> None:
    lab = load_lab("simple", root)
    assert lab.networks == (Network("public", False), Network("private", True))
    assert lab.talks == (Talk("user", "web1", 443), Talk("web1", "app", 8000))
    assert (lab.front, lab.sites, lab.app.title) == ("web1", ("portal",), "Shop")
    assert list(lab.roles) == ["nginx", "django", "postgres", "redis", "probe"]
    assert lab.path == root / "labs/simple.yaml"


def test_a_role_has_its_defaults_filled_in(root: Path) -> None:
    role = load_role("nginx", root)
    assert role.path == root / "images/nginx"
    assert [(s.name, s.owner, s.group, s.mode) for s in role.secrets] == [
        ("site", "root", "root", 0o644),
        ("site-{node}", "www-data", "root", 0o600),
    ]
    plain = load_role("redis", root)
    assert (plain.ready, plain.needs, plain.inputs, plain.secrets) == (None, (), (), ())
    assert plain.systemd is True


def test_a_role_may_say_that_it_has_no_question_for_readiness(root: Path, edit: Edit) -> None:
    path = root / "images/nginx/role.yaml"
    edit(path, "ready: curl -fsS -o /dev/null http://127.0.0.1/ping", "ready: null")
    assert load_role("nginx", root).ready is None


def test_the_application_has_its_sites_accounts_and_requests(root: Path) -> None:
    app = load_app(root)
    assert app.path == root / "app"
    assert app.sites["console"].login == "operator"
    assert app.accounts["operator"].password == "TOKEN_FILE"
    assert (app.write.method, app.write.expected, app.write.json) == ("POST", (200, 201), {"n": 1})
    assert (app.read.method, app.read.expected, app.read.missing) == ("GET", (200,), 404)
    assert (app.counts.expected, app.counts.headers) == ((200,), {})
    assert (app.read_many, app.enter, app.written) == (None, None, None)


def test_an_exercise_has_its_folder_read(root: Path) -> None:
    exercise = load_exercise(NAME, root)
    assert exercise.hints == ("Look.\n\n```\n## no heading\n```", "Look twice.", "Fix.")
    assert exercise.solutions == ("right",)
    assert exercise.decoys == ("chmod", "restart")
    assert exercise.breaks == ("portal_answers",)
    assert exercise.path == root / "exercises" / NAME


def test_an_exercise_may_run_in_a_smaller_lab(root: Path, edit: Edit) -> None:
    files = root / "labs/simple.yaml", root / "exercises" / NAME / "exercise.yaml"
    edit(
        files[0],
        "front: web1",
        "  mail1: {role: redis, networks: [private]}\noptional: [mail1]\nfront: web1",
    )
    usual = load_exercise(NAME, root)
    assert lab_for(usual, root) == load_lab("simple", root)
    edit(files[1], "level: 1", "without: [mail1]\nscale: {app: 1}\nlevel: 1")
    smaller = load_exercise(NAME, root)
    lab = lab_for(smaller, root)
    assert [node.name for node in lab.visible()] == ["web1", "app1", "db1"]
    assert lab.options["mail1"] == "without"
    assert smaller.size != usual.size


@pytest.mark.parametrize("node", ["mail1", "app2"])
def test_an_exercise_breaks_no_node_that_it_does_without(root: Path, edit: Edit, node: str) -> None:
    files = root / "labs/simple.yaml", root / "exercises" / NAME / "exercise.yaml"
    edit(
        files[0],
        "front: web1",
        "  mail1: {role: redis, networks: [private]}\noptional: [mail1]\nfront: web1",
    )
    (root / "exercises" / NAME / "break" / f"{node}.sh").write_text("exit 0\n")
    load_exercise(NAME, root)
    edit(files[1], "level: 1", "without: [mail1]\nscale: {app: 1}\nlevel: 1")
    with pytest.raises(ContentError, match=f"{node}.sh:1: no node '{node}'"):
        load_exercise(NAME, root)


@pytest.mark.parametrize(("seed", "answer"), [(0, "the upstream"), (1, "the socket")])
def test_the_right_diagnosis_follows_the_seed(root: Path, seed: int, answer: str) -> None:
    assert load_exercise(NAME, root).answers(seed) == {
        "what": answer,
        "where": "web1",
        "evidence": "the log",
    }


def test_the_right_diagnosis_may_be_the_same_for_all_seeds(root: Path) -> None:
    path = root / "exercises" / NAME / "exercise.yaml"
    text = path.read_text()
    old = "answer: {by: cause, upstream: the upstream, socket: the socket}"
    path.write_text(text.replace(old, "answer: the weather"))
    exercise = load_exercise(NAME, root)
    assert [exercise.answers(seed)["what"] for seed in range(3)] == ["the weather"] * 3


def test_an_exercise_may_have_nothing_wrong_and_excuse_conformance_checks(root: Path) -> None:
    path = root / "exercises" / NAME / "exercise.yaml"
    text = path.read_text().replace("breaks: [portal_answers]", "breaks: []")
    path.write_text(f"{text}excuses: [nginx.headers]\n")
    exercise = load_exercise(NAME, root)
    assert (exercise.breaks, exercise.excuses) == ((), ("nginx.headers",))


def test_listings_name_what_is_there_but_no_drill(root: Path) -> None:
    (root / "exercises/nginx/__pycache__").mkdir()
    assert lab_names(root) == ("simple",)
    assert exercise_names(root) == (NAME,)
    assert role_names(root) == ("base", "django", "nginx", "postgres", "probe", "redis")


def test_the_content_root_is_the_default(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARELAB_CONTENT", str(root))
    assert load_lab("simple").path == root / "labs/simple.yaml"
    assert load_exercise(NAME).name == NAME


def test_an_unknown_lab_is_told_with_the_nearest(root: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load_lab("simpel", root)
    wanted = "no lab 'simpel'; did you mean 'simple'? (barelab list shows all)"
    assert str(caught.value) == wanted


@pytest.mark.parametrize("name", ["nginx/bad-gatewya", "bad-gateway", "nginx/bad_gateway"])
def test_an_unknown_exercise_is_told_with_the_nearest(root: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"no exercise .*; did you mean '(nginx/)?bad-gateway'"):
        load_exercise(name, root)


@pytest.mark.parametrize("name", ["", "../labs/simple", "simple.yaml", "a\0b", "/etc/passwd"])
def test_a_name_never_leads_out_of_its_folder(root: Path, name: str) -> None:
    for load in (load_lab, load_role, load_exercise):
        with pytest.raises(UsageError):
            load(name, root)


def test_a_page_is_a_site_of_the_front_door(root: Path) -> None:
    with (root / "images" / "redis" / "role.yaml").open("a") as file:
        file.write("pages:\n  cache: {title: Cache, port: 80, login: true}\n")
    lab = load_lab("simple", root)
    assert lab.pages == (Page("cache", "Cache", "db1", 80, True),)
    assert lab.hosts == ("portal.simple.localhost", "cache.simple.localhost")
