"""`render`: a lab in other forms."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from barelab.support import console
from barelab.support.errors import UsageError
from barelab.support.paths import users_file

# Whose machines plain `vagrant up` makes; `barelab down --seat plain` finds what was forgotten.
PLAIN_SEAT = "plain"

if TYPE_CHECKING:
    from barelab.model.lab import Lab
    from barelab.model.role import Role
    from barelab.render.compose import Build

_TARGETS = ("compose", "diagram", "vagrant")


@click.command()
@click.argument("lab")
@click.option("--to", "target", required=True, metavar="|".join(_TARGETS), help="Into which form.")
@click.option("--output", type=click.Path(path_type=Path), help="Where to write it.")
def render(lab: str, target: str, output: Path | None) -> None:
    """Write a lab as a folder, compose/LAB or vagrant/LAB, or as a picture (to stdout)."""
    from barelab.model.loading import load_lab

    if target not in _TARGETS:
        raise UsageError(f"cannot render to '{target}'; known are {', '.join(_TARGETS)}")
    if target == "compose":
        _compose(load_lab(lab), output or Path("compose", lab))
    elif target == "vagrant":
        _vagrant(load_lab(lab), output or Path("vagrant", lab))
    else:
        _diagram(load_lab(lab), output)


def _vagrant(lab: Lab, folder: Path) -> None:
    from barelab.backends.base import SeatRef
    from barelab.backends.opening import open_backend
    from barelab.backends.vagrant import boxes, machines
    from barelab.backends.vagrant.roots import RootStore
    from barelab.backends.vagrant.seats import write_seat
    from barelab.launcher.desire import desire
    from barelab.launcher.prebuild import ensure_images
    from barelab.model.loading import load_role
    from barelab.render.nodes import BASE

    backend, owner = open_backend("vagrant"), SeatRef(lab.name, PLAIN_SEAT)
    ensure_images([lab], backend, RootStore(), console.note)
    boxes.ensure_pool()
    wish = desire(lab, load_role(BASE), owner, backend.observe())
    subnets = {network.network: network.subnet for network in wish.desired.networks}
    with users_file(folder):
        write_seat(folder, machines.describe(owner))
        for spec in wish.desired.nodes:
            console.note(f"writing {spec.ref.node}, which gets its box if it has none yet")
            machines.write(folder, spec, wish.files(spec.ref.node), subnets)
    console.note(f"wrote {folder}; bring it up with: BARELAB_SEAT={folder} vagrant up")


def _compose(lab: Lab, folder: Path) -> None:
    from barelab.model.loading import load_role
    from barelab.render.compose import compose_files
    from barelab.render.compose_folder import write_folder
    from barelab.render.nodes import BASE

    base = load_role(BASE)
    with users_file(folder):
        write_folder(folder, compose_files(lab, base, _build(lab, base, folder)))
    console.note(f"wrote {folder}; bring it up with: cd {folder} && docker compose up --wait")


def _build(lab: Lab, base: Role, folder: Path) -> Build:
    from barelab.launcher.images import chain
    from barelab.render.compose import Build, Image
    from barelab.support.paths import content_root

    root = content_root()
    chains = {node.name: chain(lab, node, base) for node in lab.visible()}
    stages = {image.tag: image.role for images in chains.values() for image in images}
    return Build(
        {
            name: [
                Image(
                    image.role,
                    image.tag,
                    stages.get(image.parent or ""),
                    {to: str(path.relative_to(root)) for to, path in image.sources.items()},
                )
                for image in images
            ]
            for name, images in chains.items()
        },
        os.path.relpath(root, folder),
        os.path.relpath(folder / "Dockerfile", root),
    )


def _diagram(lab: Lab, output: Path | None) -> None:
    from barelab.render.diagram import diagram

    picture = diagram(lab)
    if output is None:
        console.say(picture.rstrip("\n"))
    else:
        with users_file(output):
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_text(picture)
        console.note(f"wrote {output}")
