"""A lab for plain docker compose: compose.yaml, the nodes' files, and what builds and starts them.

No secret is in it: a first container makes them when the lab comes up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barelab.model.lab import Lab, Node
from barelab.model.role import Role
from barelab.render.compose_places import HTTPS, NET, Places, variable
from barelab.render.compose_secrets import log_ins, seat_words, secret_table
from barelab.render.file import File
from barelab.render.nodes import BASE, NodeRenderer, memory_mib
from barelab.render.templating import render

_TEMPLATES = Path(__file__).parent / "templates"
HEADER = "Made by `barelab render"


@dataclass(frozen=True, slots=True)
class Image:
    """A stage of the Dockerfile; `sources` maps names in the build folder to paths in context."""

    stage: str
    tag: str
    parent: str | None
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Build:
    """How images are built: each node's chain of them, and where their sources are.

    `context` is relative to the folder of compose.yaml, `dockerfile` to the context.
    """

    chains: Mapping[str, Sequence[Image]]
    context: str
    dockerfile: str

    def images(self) -> list[Image]:
        """Return every image once, parents first."""
        return list(
            {image.tag: image for chain in self.chains.values() for image in chain}.values()
        )


def compose_files(lab: Lab, base: Role, build: Build) -> list[File]:
    """Return the files of `compose/LAB/`, their paths relative to it."""
    places = Places(lab)
    renderer = NodeRenderer(lab, base, places.site())
    words = {
        **_words(lab, places, build),
        **seat_words(renderer, lab.visible()),
        "log_ins": log_ins(renderer, lab),
        "made_by": f"{HEADER} {lab.name} --to compose`: change labs/ or images/ and run it again.",
    }
    return [
        *(_file(name, words) for name in ("compose.yaml", "Dockerfile", "seat.sh", "start.sh")),
        File("Dockerfile.dockerignore", _text("dockerignore", words)),
        *(file for node in lab.visible() for file in _node_files(renderer, node)),
    ]


def _words(lab: Lab, places: Places, build: Build) -> dict[str, Any]:
    images = build.images()
    return {
        "lab": lab,
        "url": f"https://{lab.host(lab.sites[0])}:{HTTPS}" if lab.sites else "the front node",
        "net": variable("NET", NET),
        "https": variable("HTTPS", str(HTTPS)),
        "default_net": NET,
        "default_https": str(HTTPS),
        "hosts": {name: places.moving(address) for name, address in places.hosts().items()},
        "networks": places.networks(),
        "images": images,
        "seat_image": next(image for image in images if image.stage == BASE),
        "machines": [_machine(lab, node, places, build) for node in lab.visible()],
        "sources": sorted({source for image in images for source in image.sources.values()}),
        "context": build.context,
        "dockerfile": build.dockerfile,
        "quoted": _quoted,
    }


def _machine(lab: Lab, node: Node, places: Places, build: Build) -> dict[str, Any]:
    addresses = places.addresses[node.name]
    return {
        "name": node.name,
        "image": build.chains[node.name][-1],
        "memory_mib": memory_mib(lab, node),
        "addresses": {name: places.moving(address) for name, address in addresses.items()},
        "published": places.published(node),
        "health": _health(lab, node),
    }


def _health(lab: Lab, node: Node) -> list[str] | None:
    commands = [role.ready for name in node.roles if (role := lab.roles[name]).ready]
    if node.name == lab.front and lab.sites:
        # Ready means the same as for barelab: the page came, with data from the database.
        site = lab.app.sites[lab.sites[0]]
        ask = f"curl -fsS https://{lab.host(site.name)}{site.page}"
        commands.append(f"{ask} | grep -q '{site.shows}'" if site.shows else f"{ask} -o /dev/null")
    return ["CMD-SHELL", " && ".join(commands)] if commands else None


def _node_files(renderer: NodeRenderer, node: Node) -> Iterator[File]:
    for file in renderer.files(node):
        yield File(f"{node.name}/files{file.path}", file.content, file.mode)
    yield File(f"{node.name}/secrets", secret_table(renderer, node))


def _quoted(value: object) -> str:
    """Return a value as YAML on one line, safe from compose's variables."""
    return json.dumps(value).replace("$", "$$")


def _file(name: str, words: Mapping[str, Any]) -> File:
    return File(name, _text(name, words))


def _text(name: str, words: Mapping[str, Any]) -> bytes:
    return render(_TEMPLATES / f"{name}.j2", words).encode()
