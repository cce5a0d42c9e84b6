"""The web server: TLS, redirects, headers, names, static files and its log."""

from __future__ import annotations

import re
import time
from functools import partial

from barelab.grading import Asked, Evidence, Subject, check, evidence, static_names
from barelab.support.wait import until

DAY_S = 86400.0
REQUESTS = 12
# Longer than the load balancer leaves a server alone that did not answer, and a look at the log.
SHARED_S = 20.0
HEADERS = {
    "strict-transport-security": r"max-age=[1-9]\d*(;.*)?",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY|SAMEORIGIN",
    "referrer-policy": r"(?!unsafe-url|no-referrer-when-downgrade)[a-z-]+",
    "content-security-policy": r".*default-src '(self|none)'.*",
}


@check("Plain HTTP is redirected to HTTPS")
def redirects(on: Subject) -> Evidence:
    """Every site, with the path kept."""
    answers = []
    for site in on.lab.sites:
        host, path = on.lab.host(site), f"/some/page?nonce={on.nonce()}"
        answer = on.ask(f"http://{host}{path}", port=80)
        target = answer.header("location")
        assert answer.status in (301, 308), f"http://{host}/ answers {answer.told()}, not 301"
        assert re.fullmatch(rf"https://{re.escape(host)}(:\d+)?{re.escape(path)}", target), (
            f"http://{host}{path} leads to {target or 'nowhere'}"
        )
        answers.append(answer)
    return evidence(f"301 to the same page by HTTPS: {', '.join(on.lab.sites)}", *answers)


@check("Only modern versions of TLS are spoken")
def tls_versions(on: Subject) -> Evidence:
    """Offers old versions alone: the server itself must refuse them."""
    url = _url(on)
    for version in ("TLSv1", "TLSv1_1"):
        old = on.ask(url, tls_at_most=version, verify=False)
        assert "alert" in old.error.lower(), f"{version} is not refused: {old.told()}"
    new = on.ask(url)
    assert new.tls.get("version") in ("TLSv1.2", "TLSv1.3"), f"{url}: {new.told()}"
    told = f"TLS 1.0 and 1.1 refused; {new.tls['version']} with {new.tls['cipher']}"
    return evidence(told, old, new)


@check("The certificate is of the seat's authority, for these names, and not about to end")
def certificate(on: Subject) -> Evidence:
    """The probe trusts the seat's authority and no other."""
    for site in on.lab.sites:
        url = f"https://{on.lab.host(site)}/"
        answer = on.ask(url)
        assert answer.tls, f"{url}: {answer.told()}"
        assert on.lab.host(site) in answer.tls["names"], f"{url}: it is for {answer.tls['names']}"
        days = (float(answer.tls["not_after"]) - time.time()) / DAY_S
        assert days > 30, f"{url}: it ends in {days:.0f} days"
    told = f"valid for {', '.join(answer.tls['names'])}, another {days:.0f} days"
    return evidence(told, answer)


@check("Every page carries the security headers, and no version")
def headers(on: Subject) -> Evidence:
    """Of a page, of a static file, and of an answer that is none."""
    for path in ("/", "/no-such-page/", _static(on)):
        asked = on.ask_site(on.lab.sites[0], path)
        for name, pattern in HEADERS.items():
            value = asked.first.header(name)
            assert re.fullmatch(pattern, value), (
                f"{asked.told()}, with {name}: {value or 'missing'}"
            )
        server = asked.first.header("server")
        assert not re.search(r"\d", server), f"{asked.told()}, with server: {server}"
    return evidence(", ".join(HEADERS), asked)


@check("Names that are not ours get no answer")
def unknown_names(on: Subject) -> Evidence:
    """By TLS name, by Host header, and over plain HTTP."""
    known = on.ask_site(on.lab.sites[0])
    assert known.first.status, on.told(known)
    stranger = f"stranger-{on.nonce()}.example"
    tls = on.ask(f"https://{stranger}/", verify=False)
    assert not tls.status, f"https://{stranger}/ is answered with {tls.told()}"
    other = on.ask(_url(on), headers={"Host": stranger})
    assert other.status in (0, 400, 404, 421), f"Host: {stranger} is answered with {other.told()}"
    plain = on.ask(f"http://{stranger}/", port=80)
    assert plain.status in (0, 400, 404), f"http://{stranger}/ is answered with {plain.told()}"
    told = f"TLS: {tls.told()[:60]}; Host header: {other.told()}; HTTP: {plain.told()[:60]}"
    return evidence(told, known, tls, other, plain)


@check("Static files come from Nginx, to be kept for ever")
def static_files(on: Subject) -> Evidence:
    """A file whose name has its content's hash; the application itself must not have it."""
    path = _static(on)
    asked = on.ask_site(on.lab.sites[0], path)
    assert asked.all_have(200), on.told(asked)
    kept = asked.first.header("cache-control")
    age = re.search(r"max-age=(\d+)", kept)
    assert age and int(age[1]) >= 30 * DAY_S and "immutable" in kept, (
        f"{asked.told()}, cache-control: {kept or 'missing'}"
    )
    for node in on.lab.with_role("django"):
        direct = on.ask(f"http://{on.lab.host(on.lab.sites[0])}{path}", node=node.name, port=8000)
        assert direct.status in (0, 404), f"{node.name} itself serves {path}: {direct.told()}"
    told = f"{path}: {kept}; the application itself answers {direct.told()}"
    return evidence(told, asked, direct)


@check("Texts are compressed")
def compression(on: Subject) -> Evidence:
    """As a browser asks for them."""
    asked = on.ask_site(on.lab.sites[0], _static(on), headers={"Accept-Encoding": "gzip"})
    coding = asked.first.header("content-encoding")
    assert coding == "gzip", f"{asked.told()}, content-encoding: {coding or 'missing'}"
    return evidence(f"{asked.url}: gzip, {len(asked.first.body)} bytes", asked)


@check("Each request is a line in the journal")
def log_arrives(on: Subject) -> Evidence:
    """Looks for the nonce of a request just sent."""
    asked = on.ask_site(on.lab.sites[0])
    nonce = asked.nonces[0]
    line = until(lambda: _logged(on, on.lab.front, nonce), 8.0)
    assert line, f"the journal of {on.lab.front} has no line of a request with nonce={nonce}"
    return evidence(f"{on.lab.front}: {line}", asked)


@check("The load is shared among the application servers", several="django", timeout_s=90)
def shares_load(on: Subject) -> Evidence:
    """Sends requests one after the other and looks who got them, in the lines of the log.

    A server that has just come back is left alone for some seconds more: then asks again.
    """
    addresses = {on.address(node.name): node.name for node in on.lab.with_role("django")}
    few = REQUESTS / len(addresses) / 2
    seen: list[tuple[Asked, dict[str, int]]] = []

    def shared() -> bool:
        asked = on.ask_site(on.lab.sites[0], on.lab.app.live, times=REQUESTS)
        assert asked.all_have(200), on.told(asked)
        seen.append((asked, until(partial(_counted, on, asked, addresses), 15.0) or {}))
        return min(seen[-1][1].values(), default=0) >= few

    assert until(shared, SHARED_S, every_s=2.0), f"of {REQUESTS} requests: {seen[-1][1]}"
    asked, counts = seen[-1]
    told = ", ".join(f"{name} got {count}" for name, count in counts.items())
    return evidence(f"of {REQUESTS} requests {told}", asked)


def _counted(on: Subject, asked: Asked, addresses: dict[str, str]) -> dict[str, int] | None:
    lines = [_logged(on, on.lab.front, nonce) for nonce in asked.nonces]
    found = [m[1] for line in lines if (m := re.search(r"upstream=([\d.]+):", line))]
    counts = {name: found.count(address) for address, name in addresses.items()}
    return counts if sum(counts.values()) == REQUESTS else None


def _logged(on: Subject, node: str, nonce: str) -> str:
    said = on.run(node, "journalctl", "--no-pager", "-o", "cat", "--since=-60s", f"--grep={nonce}")
    return next((line for line in said.text.splitlines() if nonce in line), "")


def _url(on: Subject) -> str:
    return f"https://{on.lab.host(on.lab.sites[0])}/"


def _static(on: Subject) -> str:
    """Return the path of a style sheet that the front page names."""
    page = on.ask_site(on.lab.sites[0], on.lab.app.sites[on.lab.sites[0]].page)
    found = [name for name in static_names(on, page.first.text) if name.endswith(".css")]
    assert found, f"{on.told(page)}, and names no style sheet below {on.lab.app.static_url}"
    return found[0]
