"""Do all files that pages name arrive, are they the right ones, and is nothing else given out?"""

from __future__ import annotations

import hashlib
import posixpath
import re

from barelab.grading import Evidence, Subject, check, evidence, shows_data
from barelab.grading.answers import Asked

NAMED = re.compile(r'(?:href|src)="(/static/[^"?#]+)')
WITHIN = re.compile(r"""url\(["']?([^"')?#:]+)""")
HASHED = re.compile(r"\.([0-9a-f]{12})\.[a-z0-9]+$")
TYPES = {".css": "text/css", ".js": "javascript", ".svg": "image/svg"}


@check("Everything that the portal's pages name arrives, as they name it", points=4)
def portal_has_its_looks(on: Subject) -> Evidence:
    """Names carry a hash of the content, so that the wrong content shows."""
    return _has_its_looks(on, "portal", "/", "/login/")


@check("Everything that the console's pages name arrives", points=2)
def console_has_its_looks(on: Subject) -> Evidence:
    """Its log-in has the style sheets of all its pages."""
    return _has_its_looks(on, "console", "/login/")


@check("So does what Django's admin names, down to its icons", points=2)
def admin_has_its_looks(on: Subject) -> Evidence:
    """Its files come from Django, not from the application's own folder."""
    return _has_its_looks(on, "console", "/admin/login/")


@check("Nothing else is given out", points=2)
def nothing_else_is_given(on: Subject) -> Evidence:
    """This was fine before: names that do not exist, and the way to the folder above."""
    sheet = f"/static/css/base.{on.nonce()[:12]}.css"
    above = ("/static../errors/unavailable.html", "/static/../errors/unavailable.html")
    for path in (sheet, "/static/", *above):
        asked = on.ask_site("portal", path)
        told = f"{on.told(asked)}, for something that nobody should get"
        assert asked.first.status in (400, 403, 404), told
    return evidence(f"{sheet} and {above[0]}: {asked.told()}", asked)


@check("The portal shows data", points=1)
def data_is_shown(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    asked = shows_data(on, times=1)
    return evidence(asked.told(), asked)


def _has_its_looks(on: Subject, site: str, *paths: str) -> Evidence:
    """Ask for the pages, for what they name, and for what that names in its turn."""
    waiting, files = list[str](), dict[str, Asked]()
    for path in paths:
        page = on.ask_site(site, path)
        assert page.all_have(200), on.told(page)
        named = NAMED.findall(page.first.text)
        assert any(each.endswith(".css") for each in named), (
            f"{page.told()}, and names no style sheet"
        )
        waiting += named
    while waiting:
        path = waiting.pop()
        if path in files:
            continue
        asked = files[path] = _file(on, site, path)
        if path.endswith(".css"):
            folder = posixpath.dirname(path)
            within = (each for each in WITHIN.findall(asked.first.text) if each)
            waiting += (posixpath.normpath(posixpath.join(folder, each)) for each in within)
    return evidence(
        f"{site}: {len(files)} files arrived that {' and '.join(paths)} name", *files.values()
    )


def _file(on: Subject, site: str, path: str) -> Asked:
    asked = on.ask_site(site, path)
    assert asked.all_have(200), on.told(asked)
    kind, wanted = asked.first.header("content-type"), TYPES.get(posixpath.splitext(path)[1], "")
    assert wanted in kind, f"{asked.told()}, as {kind or 'nothing known'}"
    hashed = HASHED.search(path)
    assert hashed, f"{asked.told()}; its name has no hash, so browsers may keep an old one"
    # Django names a file after the MD5 of its content.
    found = hashlib.md5(asked.first.body, usedforsecurity=False).hexdigest()[:12]
    assert found == hashed[1], f"{asked.told()}, but it is not the file that the page means"
    return asked
