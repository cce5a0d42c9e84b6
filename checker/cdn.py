"""Asset delivery: pages use it, it keeps what it has fetched, and answers the front door alone."""

from __future__ import annotations

import re

from barelab.grading import Answer, Evidence, Subject, check, evidence

HASHED = re.compile(r"\.[0-9a-f]{12}\.[a-z0-9]+$")
PORT = 80


@check("Pages take their assets from the asset delivery, the second time from its cache")
def assets_are_cached(on: Subject) -> Evidence:
    """Asks twice for each that the first site's page names, through the front door."""
    paths, seen = _assets(on), []
    for path in paths:
        answers = [_asset(on, path) for _ in range(2)]
        first, second = answers
        assert (first.status, second.status) == (200, 200), f"{path}: {second.told()}"
        assert first.body == second.body, f"{path} is not the same the second time"
        assert second.header("x-cache") == "HIT", f"{path}: {second.header('x-cache') or 'no'} hit"
        if HASHED.search(path):
            kept = second.header("cache-control")
            assert "immutable" in kept, f"{path} is to be kept: {kept or 'nobody says how long'}"
        seen.append(second)
    return evidence(f"{len(paths)} of the page's assets, each a hit", *seen)


@check("What is purged is fetched anew")
def purged(on: Subject) -> Evidence:
    """Has a file forgotten, and asks for it twice."""
    path = _assets(on)[0]
    _asset(on, path)
    for node in on.lab.with_role("cdn"):
        on.run(node.name, "/usr/local/sbin/purge", path)
    answers = [_asset(on, path) for _ in range(2)]
    told = [answer.header("x-cache") for answer in answers]
    assert told == ["MISS", "HIT"], f"{path} was purged, then: {', '.join(told)}"
    return evidence(f"{path}: a miss, then a hit", *answers)


@check("What it keeps, it gives out while no application server does", alone=True, timeout_s=90)
def outlives_its_origin(on: Subject) -> Evidence:
    """Stops every application server's files for a moment."""
    path, nodes = _assets(on)[0], on.lab.with_role("origin")
    _asset(on, path)
    try:
        for node in nodes:
            on.run(node.name, "systemctl", "stop", "app-static.socket")
        kept = _asset(on, path)
        missing = _asset(on, f"{on.lab.app.static_url}{on.nonce()}.css")
    finally:
        for node in nodes:
            on.run(node.name, "systemctl", "start", "app-static.socket")
    assert missing.status >= 500, f"a file that nobody has: {missing.told()}"
    assert kept.status == 200, f"without any application server, {path}: {kept.told()}"
    return evidence(f"{path} came, while what was not kept gave {missing.told()}", kept, missing)


@check("Asset delivery and what it fetches from answer nobody else")
def strangers_refused(on: Subject) -> Evidence:
    """The probe asks both, past the front door."""
    seen = []
    for node in on.lab.with_role("cdn"):
        url = f"http://{on.lab.host('assets')}{_assets(on)[0]}"
        seen.append(on.ask(url, node=node.name, port=PORT))
        assert seen[-1].status == 403, f"{node.name} answers the probe: {seen[-1].told()}"
    port = on.lab.roles["origin"].ports["static"]
    for node in on.lab.with_role("origin"):
        seen.append(on.ask(f"http://{node.name}/{on.nonce()}", node=node.name, port=port))
        assert seen[-1].status == 403, f"{node.name} answers the probe: {seen[-1].told()}"
    return evidence("403 from each to who comes past the front door", *seen)


def _assets(on: Subject) -> list[str]:
    """Return the paths of what the first site's page takes from the asset delivery."""
    site = on.lab.app.sites[on.lab.sites[0]]
    page = on.ask_site(site.name, site.page)
    host = re.escape(on.lab.host("assets"))
    found = re.findall(rf'"https://{host}(?::\d+)?(/[^"?]+)"', page.first.text)
    assert found, f"{on.told(page)}, and names nothing on {on.lab.host('assets')}"
    return list(dict.fromkeys(found))


def _asset(on: Subject, path: str) -> Answer:
    return on.ask(f"https://{on.lab.host('assets')}{path}")
