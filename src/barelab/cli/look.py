"""`status`, `list`, `census` and `open`: what looks and never changes."""

from __future__ import annotations

from dataclasses import asdict

import click

from barelab.backends.opening import open_backend
from barelab.cli.options import JSON, LAB, SEAT
from barelab.support import console
from barelab.support.errors import AnswerIsNo, UsageError


@click.command()
@JSON
def status(as_json: bool) -> None:
    """Show every seat: its state, sites and nodes."""
    from barelab.launcher.status import statuses
    from barelab.model.names import PROBE

    seats = statuses(open_backend())
    if as_json:
        console.say_json({"seats": [seat.as_json() for seat in seats]})
        return
    if not seats:
        console.say("nothing is up; `barelab up simple` brings the first lab up")
    for seat in seats:
        colour = "green" if seat.state == "ready" else "yellow"
        console.say(f"{seat.owner}: {console.paint(seat.state, colour)}")
        for name, url in seat.sites.items():
            console.say(f"  {name:<8} {url}")
        for node in seat.nodes:
            if node.ref.node != PROBE:
                places = "  ".join(f"{n} {a}" for n, a in node.addresses.items())
                console.say(f"  {node.ref.node:<8} {node.state.value:<8} {places}")


@click.command(name="list")
@JSON
def list_labs(as_json: bool) -> None:
    """List the labs that can be brought up."""
    from barelab.model.loading import lab_names, load_lab

    labs = [load_lab(name) for name in lab_names()]
    if as_json:
        console.say_json(
            {
                "labs": [
                    {
                        "name": lab.name,
                        "title": lab.title,
                        "summary": lab.summary,
                        "nodes": [node.name for node in lab.visible()],
                        "options": lab.choices,
                    }
                    for lab in labs
                ]
            }
        )
        return
    rows = [(lab.name, str(len(lab.visible())), lab.summary) for lab in labs]
    console.say("\n".join(console.table(rows, ("lab", "nodes", "what it is"))))


@click.command()
@JSON
def census(as_json: bool) -> None:
    """List everything of seats that exists on this machine."""
    from barelab.launcher.census import census as count

    resources = count(open_backend())
    if as_json:
        console.say_json({"resources": [asdict(resource) for resource in resources]})
    elif resources:
        lines = [(r.kind, r.lab or "-", r.seat or "-", _short(r.id)) for r in resources]
        console.say("\n".join(console.table(lines, ("kind", "lab", "seat", "id"))))
    else:
        console.say("nothing of any seat exists")


def _short(id_: str) -> str:
    """Return an engine's id as short as it shows them itself; a path stays whole."""
    return id_ if "/" in id_ else id_[:12]


@click.command(name="open")
@click.argument("site", required=False)
@SEAT
@LAB
@JSON
def open_site(site: str | None, seat: str, lab: str | None, as_json: bool) -> None:
    """Open a site of a lab in the browser, and print its address."""
    import webbrowser

    from barelab.launcher.find import find_owner
    from barelab.launcher.status import statuses
    from barelab.support.text import did_you_mean, quoted

    backend = open_backend()
    found = statuses(backend, [find_owner(backend.observe(), seat, lab)])[0]
    name = site or next(iter(found.sites), "")
    if name not in found.sites:
        hint = did_you_mean(name, found.sites)
        raise UsageError(f"no site {quoted(name)}{hint} (there are {', '.join(found.sites)})")
    if as_json:
        console.say_json({"site": name, "url": found.sites[name]})
        return
    console.say(found.sites[name])
    if not webbrowser.open(found.sites[name]):
        raise AnswerIsNo("no browser could be opened here; open the address by hand")
