"""Is the front door what the auditor asked for: TLS, headers, HTTP/2 and the way to HTTPS?"""

from __future__ import annotations

import re

from barelab.grading import Evidence, Subject, check, evidence, shows_data, takes_payment
from barelab.grading.evidence import Told

STYLES = re.compile(r'href="(/static/[^"]+\.css)"')
HSTS_S = 60
# Everything that OpenSSL knows for TLS 1.2 and older, less what is authenticated encryption with
# a key exchange that keeps old records secret when the server's key is stolen later.
WEAK = "ALL:COMPLEMENTOFALL" + "".join(
    f":!{exchange}+{cipher}"
    for exchange in ("ECDHE", "DHE")
    for cipher in ("AESGCM", "CHACHA20", "AESCCM", "ARIAGCM")
)
LOOSE = {"*", "'unsafe-inline'", "'unsafe-eval'", "http:", "https:", "data:", "blob:"}
REFERRERS = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}


@check("TLS 1.3 is spoken, and nothing older than TLS 1.2", points=2)
def old_versions_refused(on: Subject) -> Evidence:
    """Of each site: the server itself must refuse who offers no more than an old version."""
    for site in on.lab.sites:
        for version, name in (("TLSv1", "TLS 1.0"), ("TLSv1_1", "TLS 1.1")):
            old = _shake(on, site, tls_at_most=version, verify=False)
            assert "version" not in old, f"{site}: {name} is spoken, with {old['cipher']}"
            assert "alert" in old["error"].lower(), f"{site}: {name} gets {old['error']}"
        new = _shake(on, site)
        spoken = new.get("version") or new.get("error")
        assert spoken == "TLSv1.3", f"{site}: a browser of today gets {spoken}"
    told = f"{', '.join(on.lab.sites)}: TLS 1.0 and 1.1 refused, {spoken} with {new['cipher']}"
    return evidence(told, old, new)


@check("No cipher of TLS 1.2 is weak: forward secrecy and authenticated encryption", points=2)
def weak_ciphers_refused(on: Subject) -> Evidence:
    """Offers all the others alone. Who does not speak TLS 1.2 has no such cipher."""
    for site in on.lab.sites:
        weak = _shake(on, site, tls_at_most="TLSv1_2", ciphers=WEAK, verify=False)
        assert "version" not in weak, f"{site}: {weak['cipher']} is taken, by {weak['version']}"
        assert "alert" in weak["error"].lower(), f"{site}: weak ciphers get {weak['error']}"
    told = f"{', '.join(on.lab.sites)}: who offers weak ciphers alone is refused: {weak['error']}"
    return evidence(told[:300], weak)


@check("Every answer carries the security headers, and none the server's version", points=3)
def headers_everywhere(on: Subject) -> Evidence:
    """Pages, redirects, static files, and errors, of the application's and of Nginx's own."""
    page = on.ask_site("portal", "/")
    sheets = STYLES.findall(page.first.text)
    assert sheets, f"{on.told(page)}, and names no style sheet"
    told = []
    for site in on.lab.sites:
        strange = f"no-such-{on.nonce()}"
        paths = ("/", "/login/", f"/{strange}/", sheets[0], f"/static/{strange}.css")
        for path in (*paths, f"/media/{strange}.jpg"):
            asked = on.ask_site(site, path)
            assert asked.first.status, on.told(asked)
            faults = _faults(asked.first.headers)
            assert not faults, f"{asked.told()}, {'; '.join(faults)}"
            told.append(asked.first.status)
    seen = ", ".join(f"{told.count(each)} x {each}" for each in sorted(set(told)))
    return evidence(f"{len(told)} answers of both sites ({seen}), each with all headers", asked)


@check("HTTP/2 is offered", points=1)
def http2_offered(on: Subject) -> Evidence:
    """As a browser finds out: by ALPN, within the handshake."""
    for site in on.lab.sites:
        said = _shake(on, site, alpn=["h2", "http/1.1"])
        chosen = said.get("alpn") or said.get("error") or "nothing"
        assert chosen == "h2", f"{site}: of h2 and http/1.1 the server chose {chosen}"
    return evidence(f"{', '.join(on.lab.sites)}: of h2 and http/1.1 the server chose h2", said)


@check("Whoever comes by plain HTTP is led to the same page by HTTPS, for good", points=2)
def http_is_redirected(on: Subject) -> Evidence:
    """Every page, not the front one alone."""
    answers = []
    for site in on.lab.sites:
        host = on.lab.host(site)
        for path in ("/", f"/login/?nonce={on.nonce()}", f"/static/{on.nonce()}.css"):
            answer = on.ask(f"http://{host}{path}", port=80)
            assert answer.status in (301, 308), f"asked http://{host}{path}: {answer.told()}"
            target = answer.header("location")
            right = re.fullmatch(rf"https://{re.escape(host)}(:\d+)?{re.escape(path)}", target)
            assert right, f"asked http://{host}{path}: sent to {target or 'nowhere'}"
            answers.append(answer)
    return evidence(f"asked {len(answers)} pages by HTTP: each sent to itself by HTTPS", *answers)


@check("Both sites still work, and with their looks", points=1)
def sites_work(on: Subject) -> Evidence:
    """A content policy can also be so strict that the site's own style sheets stay out."""
    page = shows_data(on, times=1)
    login = on.ask_site("console", "/login/")
    assert login.all_have(200), on.told(login)
    for asked in (page, login):
        sheets = STYLES.findall(asked.first.text)
        assert sheets, f"{asked.told()}, and names no style sheet"
        sheet = on.ask_site("portal", sheets[0])
        assert sheet.all_have(200) and "{" in sheet.first.text, f"{sheet.told()}, without styles"
        policy = asked.first.header("content-security-policy")
        allowed = _sources(policy, "style-src")
        assert allowed is None or {"'self'", "https:", "*"} & allowed, (
            f"{asked.told()}, and its content policy keeps its own style sheets out: {policy}"
        )
    return evidence(f"{page.told()}, with data and style sheets; {login.told()}", page, login)


@check("A payment that comes in is kept and can be looked up", points=1)
def payments_arrive(on: Subject) -> Evidence:
    """With a key that nobody has seen before."""
    return takes_payment(on)


def _shake(on: Subject, site: str, **question: object) -> Told:
    """Return what a TLS handshake with a site came to."""
    url = f"https://{on.lab.host(site)}/"
    return on.probe("tls", url=url, address=on.address(on.lab.front), port=443, **question)


def _faults(headers: tuple[tuple[str, str], ...]) -> list[str]:
    """Return what is wrong with an answer's headers, in words for the learner."""

    def wrong(name: str, good: object) -> str | None:
        values = [value.strip() for key, value in headers if key == name]
        bad = [value for value in values if not good(value)]  # type: ignore[operator]
        return None if values and not bad else f"{name}: {bad[0] if bad else 'missing'}"

    found = (
        wrong("strict-transport-security", _long_enough),
        wrong("x-content-type-options", lambda value: value.lower() == "nosniff"),
        wrong("x-frame-options", lambda value: value.upper() in ("DENY", "SAMEORIGIN")),
        wrong("referrer-policy", lambda value: value.lower() in REFERRERS),
        wrong("content-security-policy", _keeps_strangers_out),
        wrong("server", lambda value: not re.search(r"\d", value)) if _has_server(headers) else "",
    )
    return [each for each in found if each]


def _has_server(headers: tuple[tuple[str, str], ...]) -> bool:
    return any(key == "server" for key, _ in headers)


def _long_enough(value: str) -> bool:
    age = re.search(r'max-age\s*=\s*"?(\d+)', value.lower())
    return bool(age) and int(age[1]) >= HSTS_S


def _keeps_strangers_out(policy: str) -> bool:
    """Scripts come from places that are named, and none may stand in the page."""
    allowed = _sources(policy, "script-src")
    return allowed is not None and not LOOSE & allowed


def _sources(policy: str, directive: str) -> set[str] | None:
    """Return whom a content policy lets in by a directive, or by default; None is everybody."""
    rules = {}
    for rule in policy.lower().split(";"):
        name, *sources = rule.split() or [""]
        rules.setdefault(name, set(sources))
    return rules.get(directive, rules.get("default-src"))
