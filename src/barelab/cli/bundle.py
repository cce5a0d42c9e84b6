"""`bundle save` and `bundle load`: labs for machines without a network."""

from __future__ import annotations

from pathlib import Path

import click

from barelab.support import console

_FILE = click.argument("file", type=click.Path(path_type=Path))


@click.group()
def bundle() -> None:
    """Carry labs to a machine without a network, in one file."""


@bundle.command()
@_FILE
@click.argument("labs", nargs=-1, metavar="[LAB]...")
def save(file: Path, labs: tuple[str, ...]) -> None:
    """Write images and wheels of the labs (all of them, if none is named) into one file."""
    from barelab.backends.docker.image_store import ImageStore
    from barelab.backends.opening import open_backend
    from barelab.launcher.bundle import save as save_bundle
    from barelab.model.loading import lab_names, load_lab

    wanted = [load_lab(name) for name in labs or lab_names()]
    made = save_bundle(file, wanted, open_backend(), ImageStore(), console.note)
    console.say(f"{file}: {len(made.images)} images, {file.stat().st_size >> 20} MiB")
    console.say(f"sha256 of its manifest: {made.sha256}")
    console.say(f"there: barelab bundle load {file.name} --sha256 {made.sha256}")
    wheels = [member.name for member in made.files if member.name.startswith("wheels/")]
    if wheels:
        console.say("barelab itself without a network, for the same version of Python:")
        console.say(f"  tar -xf {file.name} wheels")
        console.say("  in a clone: PIP_NO_INDEX=1 PIP_FIND_LINKS=$PWD/wheels ./barelab list")
    if any(name.startswith("wheels/barelab-") for name in wheels):
        console.say("  without one: pip install --no-index --find-links wheels barelab")


@bundle.command()
@_FILE
@click.option("--sha256", "pinned", metavar="SUM", help="What `bundle save` printed there.")
def load(file: Path, pinned: str | None) -> None:
    """Take a bundle's images into the engine, unless the file is damaged or altered.

    Its own sums show damage. Whoever alters a file can alter its sums too: carry the sum that
    `bundle save` printed by another way and give it with --sha256.
    """
    from barelab.backends.docker.image_store import ImageStore
    from barelab.launcher.bundle import load as load_bundle

    made = load_bundle(file, pinned, ImageStore(), console.note)
    if not pinned:
        console.note("undamaged; who made it is not proven without --sha256")
    console.say(f"loaded {len(made.images)} images")
    for lab in made.labs:
        console.say(f"try: barelab up {lab}")
