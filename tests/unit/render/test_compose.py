"""What `render --to compose` promises of its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from barelab.backends.docker.recipe import choose
from barelab.model.lab import Lab
from barelab.model.loading import load_role
from barelab.render.compose import Build, Image, compose_files
from barelab.render.compose_folder import write_folder
from barelab.render.file import File
from barelab.support.errors import UsageError

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def files(three: Lab) -> dict[str, File]:
    return {file.path: file for file in rendered(three)}


@pytest.fixture
def composed(files: dict[str, File]) -> Any:
    return yaml.safe_load(files["compose.yaml"].content)


def rendered(lab: Lab) -> list[File]:
    base = Image("base", "barelab/base:0", None, {"install.sh": "images/base/install.sh"})
    chains = {
        node.name: [base, Image(role, f"barelab/{role}:1", "base", {"app": "app"})]
        for node in lab.visible()
        for role in node.roles
    }
    return compose_files(
        lab, load_role("base", ROOT), Build(chains, "../..", "compose/made/Dockerfile")
    )


def test_no_secret_is_in_it(files: dict[str, File]) -> None:
    together = b"".join(file.content for file in files.values())
    assert b"PRIVATE KEY" not in together
    assert b"BEGIN CERTIFICATE" not in together
    assert not any(path.endswith((".key", ".crt")) for path in files)


def test_two_renderings_are_the_same(three: Lab) -> None:
    assert rendered(three) == rendered(three)


def test_every_node_is_a_service_with_its_image_and_the_probe_is_none(composed: Any) -> None:
    assert list(composed["services"]) == ["seat", "web1", "app1", "db1"]
    assert composed["services"]["db1"]["image"] == "barelab/postgres:1"
    assert composed["services"]["db1"]["build"]["target"] == "postgres"


def test_only_the_front_is_published_and_only_on_loopback(composed: Any) -> None:
    services = composed["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["web1"]
    assert all(port.startswith("127.0.0.1:") for port in services["web1"]["ports"])


def test_nodes_wait_for_their_secrets_and_cannot_change_them(composed: Any) -> None:
    for name in ("web1", "app1", "db1"):
        service = composed["services"][name]
        assert service["depends_on"] == {"seat": {"condition": "service_completed_successfully"}}
        assert all(volume.endswith(":ro") for volume in service["volumes"])


def test_ready_means_that_the_page_came_with_data(composed: Any) -> None:
    test = composed["services"]["web1"]["healthcheck"]["test"][1]
    assert "https://portal.made.localhost/" in test
    assert "newest-name" in test
    assert composed["services"]["web1"]["healthcheck"]["interval"] == "1s"


def test_a_shell_variable_of_a_health_check_is_not_one_of_compose(composed: Any) -> None:
    assert "$$(hostname)" in composed["services"]["app1"]["healthcheck"]["test"][1]


def test_every_address_moves_with_the_variable(files: dict[str, File]) -> None:
    text = files["compose.yaml"].content.decode()
    assert "10.88" not in text.replace("${BARELAB_NET:-10.88}", "")
    assert "10.88" not in files["seat.sh"].content.decode()


def test_each_secret_of_a_role_is_made_and_reaches_its_place(
    three: Lab, files: dict[str, File]
) -> None:
    seat = files["seat.sh"].content.decode()
    for node in three.visible():
        table = files[f"{node.name}/secrets"].content.decode().splitlines()
        rows = {line.split()[4]: line.split() for line in table}
        for role in ("base", *node.roles):
            for secret in load_role(role, ROOT).secrets:
                if not any(map(three.with_role, secret.for_roles or ("nginx",))):
                    assert secret.path not in rows
                    continue
                owner, group, mode, place, _ = rows[secret.path]
                assert (owner, group, int(mode, 8)) == (secret.owner, secret.group, secret.mode)
                made_as = Path(place).name.removesuffix(".pub").partition(".")[0]
                assert f" {made_as}" in seat or made_as == "authority"


def test_a_node_becomes_a_machine_by_the_recipe_that_was_measured(
    files: dict[str, File], composed: Any
) -> None:
    from barelab.backends.docker.client import EngineFacts

    facts = {"version": "20.10", "api": (1, 41), "cgroups": 2, "rootless": False}
    known = {name: facts.get(name, 0) for name in EngineFacts.__dataclass_fields__}
    recipe = choose(EngineFacts(**known))  # type: ignore[arg-type]
    start = files["start.sh"].content.decode()
    assert "mount -o remount" in start
    assert recipe.command[2].rpartition("; ")[2] in start
    machine = composed["services"]["web1"]
    assert set(recipe.capabilities) <= set(machine["cap_add"])
    assert machine["security_opt"] == list(recipe.security)


def test_an_earlier_rendering_is_replaced_whole(tmp_path: Path, three: Lab) -> None:
    write_folder(tmp_path / "out", rendered(three))
    (tmp_path / "out" / "old").write_text("of a node that is no more")
    write_folder(tmp_path / "out", rendered(three))
    assert not (tmp_path / "out" / "old").exists()
    assert (tmp_path / "out" / "web1" / "secrets").is_file()


@pytest.mark.parametrize("name", ["notes.txt", "compose.yaml"])
def test_a_folder_of_others_is_left_alone(tmp_path: Path, three: Lab, name: str) -> None:
    (tmp_path / name).write_text("mine\n")
    with pytest.raises(UsageError, match="--output"):
        write_folder(tmp_path, rendered(three))
    assert (tmp_path / name).read_text() == "mine\n"
    assert not (tmp_path / "web1").exists()
