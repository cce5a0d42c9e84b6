"""The files of every node of our own labs, rendered without a node."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from barelab.model.lab import Lab, Node
from barelab.model.loading import lab_names, load_lab, load_role
from barelab.render.nodes import BASE, NodeRenderer, Site, app_environment, memory_mib
from barelab.render.secrets import SeatSecrets
from barelab.support.errors import ContentError

NODES = [(name, node.name) for name in lab_names() for node in load_lab(name).nodes]
SECRETS = SeatSecrets("5a" * 32, "simple")


def site(lab: Lab, https_port: int = 8443) -> Site:
    addresses = {
        node.name: {network: f"10.87.{i}.{j + 2}" for i, network in enumerate(node.networks)}
        for j, node in enumerate(lab.nodes)
    }
    subnets = {network.name: f"10.87.{i}.0/25" for i, network in enumerate(lab.networks)}
    keys = SECRETS.host_keys([node.name for node in lab.visible()])
    return Site("default", addresses, subnets, {"http": 8080, "https": https_port}, lambda: keys)


def renderer(lab: Lab, https_port: int = 8443) -> NodeRenderer:
    return NodeRenderer(lab, load_role(BASE), site(lab, https_port))


def front(lab: Lab) -> Node:
    return lab.node(lab.front)


@pytest.fixture
def lab() -> Lab:
    """The lab that the role's own tests are made for."""
    return load_lab("simple")


@pytest.mark.parametrize(("name", "node"), NODES)
def test_every_file_renders_to_an_absolute_path_once(name: str, node: str) -> None:
    lab = load_lab(name)
    files = [
        *renderer(lab).files(lab.node(node)),
        *renderer(lab).secrets(lab.node(node), SECRETS),
    ]
    paths = [file.path for file in files]
    assert len(set(paths)) == len(paths)
    assert all(path.startswith("/") and not path.endswith(".j2") for path in paths)
    # Prometheus and Alertmanager have templates of their own, with the same brackets.
    rest = [file for file in files if not file.path.startswith("/etc/prometheus/")]
    assert not any(b"{{" in file.content or b"{%" in file.content for file in rest)


@pytest.mark.parametrize(("name", "node"), NODES)
def test_same_site_gives_the_same_files(name: str, node: str) -> None:
    lab = load_lab(name)
    assert renderer(lab).files(lab.node(node)) == renderer(lab).files(lab.node(node))


@pytest.mark.parametrize(("name", "node"), NODES)
def test_no_password_stands_in_a_file_that_is_no_secret(name: str, node: str) -> None:
    lab = load_lab(name)
    secrets = renderer(lab).secrets(lab.node(node), SECRETS)
    private = [f.content.strip() for f in secrets if not f.mode & 0o004]
    texts = [file.content for file in renderer(lab).files(lab.node(node))]
    assert not any(secret in text for secret in private for text in texts)


@pytest.mark.parametrize(("name", "node"), NODES)
def test_keys_and_passwords_are_not_for_everybody(name: str, node: str) -> None:
    lab = load_lab(name)
    node_ = lab.node(node)
    for role in renderer(lab).roles(node_):
        for secret in role.secrets:
            if secret.kind in ("password", "private-key", "ssh-key", "ed25519-key"):
                assert not secret.mode & 0o007, f"{secret.path} of {role.name}"


def test_rendered_file_says_which_file_made_it(lab: Lab) -> None:
    files = {file.path: file.content for file in renderer(lab).files(front(lab))}
    first = files["/etc/nginx/nginx.conf"].splitlines()[0]
    assert b"images/nginx/files/etc/nginx/nginx.conf.j2" in first


def test_program_stays_a_program_and_a_file_a_file(lab: Lab, tmp_path: Path) -> None:
    for name, mode in (("tool", 0o755), ("text", 0o640)):
        (tmp_path / "files").mkdir(exist_ok=True)
        (tmp_path / "files" / name).write_text("")
        (tmp_path / "files" / name).chmod(mode)
    role = replace(load_role(BASE), path=tmp_path)
    files = NodeRenderer(lab, role, site(lab)).files(replace(front(lab), roles=()))
    assert {file.path: file.mode for file in files} == {"/tool": 0o755, "/text": 0o644}


def test_later_role_stands_over_an_earlier_one(lab: Lab, tmp_path: Path) -> None:
    roles = {}
    for name in ("one", "two"):
        (tmp_path / name / "files" / "etc").mkdir(parents=True)
        (tmp_path / name / "files" / "etc" / "motd").write_text(name)
        roles[name] = replace(load_role(BASE), path=tmp_path / name)
    both = replace(lab, roles=roles)
    node = replace(front(lab), roles=("two",))
    (file,) = NodeRenderer(both, roles["one"], site(lab)).files(node)
    assert file.content == b"two"


def test_certificate_of_the_site_names_its_hosts_and_a_nodes_own_its_addresses(lab: Lab) -> None:
    rendered = renderer(lab)
    secrets = {s.name: s for role in rendered.roles(front(lab)) for s in role.secrets}
    assert rendered.names(secrets["site"], front(lab)) == tuple(map(lab.host, lab.sites))
    own = next(s for r in lab.roles.values() for s in r.secrets if s.name == "{node}")
    node = lab.with_role("postgres")[0]
    addresses = site(lab).addresses[node.name].values()
    assert rendered.names(own, node) == (node.name, *addresses, "localhost")
    assert rendered.secret_name(own, node) == node.name


def test_application_is_told_where_its_database_and_its_secrets_are(lab: Lab) -> None:
    environment = app_environment(lab, {"https": 443})
    assert environment["DATABASE_HOST"] == "db1"
    # Secrets of services that the lab does not have are neither there nor named.
    named = set(environment) - set(lab.app.environment)
    assert {"SECRET_KEY_FILE", "OPERATOR_PASSWORD_FILE"} <= named <= set(lab.app.secrets)
    assert "OIDC_CLIENT_SECRET_FILE" not in named
    assert all(environment[name].startswith("/etc/") for name in named)


def test_of_several_databases_the_application_is_told_all_of_them(lab: Lab) -> None:
    database = lab.with_role("postgres")[0]
    several = replace(lab, nodes=(*lab.nodes, replace(database, name="db2")))
    environment = app_environment(several, {"https": 443})
    assert environment["DATABASE_HOST"] == environment["DATABASE_REPLICA_HOST"] == "db1,db2"
    assert environment["DATABASE_TARGET_SESSION_ATTRS"] == "read-write"
    assert not app_environment(lab, {"https": 443})["DATABASE_REPLICA_HOST"]


def test_of_several_masters_each_site_asks_its_own_first(lab: Lab) -> None:
    database = lab.with_role("postgres")[0]
    named = {"db1": "masters", "db2": "masters", "db3": "follower"}
    nodes = tuple(replace(database, name=n, roles=("postgres", r)) for n, r in named.items())
    several = replace(lab, nodes=(*(n for n in lab.nodes if n != database), *nodes))
    environment = app_environment(several, {"https": 443})
    assert environment["DATABASE_HOST"] == "db1,db2"
    assert environment["DATABASE_SITE_HOSTS"] == "portal=db1,db2 console=db2,db1"
    assert environment["DATABASE_REPLICA_HOST"] == "db1,db2,db3"
    assert not app_environment(lab, {"https": 443})["DATABASE_SITE_HOSTS"]


def test_without_a_mail_server_the_application_is_told_of_none(lab: Lab) -> None:
    environment = app_environment(lab, {"https": 443})
    assert not environment["EMAIL_HOST"]
    server = replace(front(lab), name="mail1", roles=("mail",))
    told = app_environment(replace(lab, nodes=(*lab.nodes, server)), {"https": 443})
    assert told["EMAIL_HOST"] == "mail1"
    assert told["EMAIL_HOST_USER"] == f"billing@{lab.name}.localhost"


def test_the_application_is_told_of_a_search_server_where_workers_keep_its_index(lab: Lab) -> None:
    server = replace(front(lab), name="search1", roles=("search",))
    worker = replace(front(lab), name="worker1", roles=("celery",))
    without = app_environment(replace(lab, nodes=(*lab.nodes, server)), {"https": 443})
    assert not without["SEARCH_HOST"]
    told = app_environment(replace(lab, nodes=(*lab.nodes, server, worker)), {"https": 443})
    assert (told["SEARCH_HOST"], told["SEARCH_USER"]) == ("search1", "app")


def test_the_application_is_told_how_to_find_an_identity_provider(lab: Lab) -> None:
    assert not app_environment(lab, {"https": 8443})["OIDC_ISSUER"]
    node = replace(front(lab), name="iam1", roles=("iam",))
    roles = {**lab.roles, "iam": load_role("iam")}
    with_iam = replace(lab, nodes=(*lab.nodes, node), roles=roles)
    environment = app_environment(with_iam, {"https": 8443})
    issuer = f"https://identity.{lab.name}.localhost:8443/realms/company"
    assert environment["OIDC_ISSUER"] == issuer
    assert environment["OIDC_AUTHORIZATION_URL"].startswith(f"{issuer}/")
    assert environment["OIDC_TOKEN_URL"].startswith("https://iam1:8443/realms/company/")
    usual = app_environment(with_iam, {"https": 443})["OIDC_ISSUER"]
    assert usual == issuer.replace(":8443", "")


@pytest.mark.parametrize("port", [443, 8443])
def test_the_identity_provider_sends_browsers_back_to_the_console_alone(
    lab: Lab, port: int
) -> None:
    node = replace(front(lab), name="iam1", roles=("iam",))
    roles = {**lab.roles, "iam": load_role("iam")}
    with_iam = replace(lab, nodes=(*lab.nodes, node), roles=roles)
    files = {file.path: file for file in renderer(with_iam, port).files(node)}
    realm = json.loads(files["/etc/keycloak/realms/company.json"].content)
    (client,) = realm["clients"]
    suffix = "" if port == 443 else f":{port}"
    console = f"https://console.{lab.name}.localhost{suffix}"
    assert client["redirectUris"] == [f"{console}/login/company/callback/"]
    secrets = [client["secret"], *(u["credentials"][0]["value"] for u in realm["users"])]
    assert all(re.fullmatch(r"\$\{[A-Z_]+\}", secret) for secret in secrets)
    given = {s.path.rpartition("/")[2].upper().replace("-", "_") for s in roles["iam"].secrets}
    assert {secret[2:-1] for secret in secrets} <= given


def test_the_front_door_shows_of_a_page_only_what_its_role_says(lab: Lab) -> None:
    node = replace(front(lab), name="iam1", roles=("iam",))
    roles = {**lab.roles, "iam": load_role("iam")}
    with_iam = replace(lab, nodes=(*lab.nodes, node), roles=roles)
    files = {file.path: file for file in renderer(with_iam).files(front(lab))}
    pages = files["/etc/nginx/sites-available/pages"].content.decode()
    passed_on = re.findall(r"location (\S+) \{\n +proxy_pass", pages)
    assert passed_on == list(roles["iam"].pages["identity"].only)
    assert "location / {\n        return 404;" in pages


def test_memory_of_a_node_is_that_of_all_its_roles(lab: Lab) -> None:
    node = replace(front(lab), roles=("nginx", "postgres"))
    expected = sum(lab.roles[role].memory_mib for role in node.roles)
    assert memory_mib(lab, node) == expected


@pytest.mark.parametrize("template", ["{{ nope.host }}", "{{ database.host", "{% if %}"])
def test_a_wrong_template_of_the_application_is_named_with_its_line(
    lab: Lab, template: str
) -> None:
    app = replace(
        lab.app, environment={"A": "fine", "B": template}, environment_lines={"A": 3, "B": 7}
    )
    with pytest.raises(ContentError, match=r"app\.yaml:7: "):
        app_environment(replace(lab, app=app), {"https": 443})
