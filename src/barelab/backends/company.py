"""What a company's network needs during a build: CA bundle, proxies, apt mirror. None stays."""

from __future__ import annotations

import os
import re
from pathlib import Path

_BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_SYSTEM_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
_PROXIES = ("http_proxy", "https_proxy", "no_proxy")
_TRUSTING = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "PIP_CERT",
    "NODE_EXTRA_CA_CERTS",
)
_APT = Path("/etc/apt")
SUITE = "trixie"


def environment(folder: str) -> dict[str, str]:
    """Return the variables of a build whose `sources` stand in `folder` of its container."""
    found = {name: value for name in _PROXIES if (value := _either_case(name))}
    both = {**found, **{name.upper(): value for name, value in found.items()}}
    if ca_bundle():
        both |= dict.fromkeys(_TRUSTING, f"{folder}/company/ca.crt")
    return {
        **both,
        "APT_CONFIG": f"{folder}/company/apt.conf",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def files() -> dict[str, bytes]:
    """Return the files that `environment` speaks of, by their names below the build's folder."""
    lines = ['APT::Install-Recommends "false";', 'Acquire::Languages "none";']
    found: dict[str, bytes] = {}
    bundle, mirror = ca_bundle(), mirror_lines()
    if bundle:
        lines.append('Acquire::https::CAInfo "/build/company/ca.crt";')
        found["company/ca.crt"] = bundle.read_bytes()
    if mirror:
        lines += [
            'Dir::Etc::sourcelist "/build/company/sources.list";',
            'Dir::Etc::sourceparts "-";',
        ]
        found["company/sources.list"] = _text(mirror)
    return {**found, "company/apt.conf": _text(lines)}


def ca_bundle() -> Path | None:
    """Return the host's bundle of trusted authorities, or None where it has none to pass on."""
    named = [Path(os.environ[name]) for name in _BUNDLES if os.environ.get(name)]
    return next((path for path in [*named, _SYSTEM_BUNDLE] if path.is_file()), None)


def mirror_lines(apt: Path = _APT) -> list[str]:
    """Return apt source lines for Debian 13 from the user's mirror; none for Debian's default.

    BARELAB_APT_MIRROR names one; a Debian host's own sources are the next best guess.
    """
    named = os.environ.get("BARELAB_APT_MIRROR")
    if named:
        return [f"deb {named} {SUITE} main", f"deb {named} {SUITE}-updates main"]
    if not Path("/etc/debian_version").exists() or "ID=debian" not in _os_release():
        return []
    return [f"deb {uri} {SUITE}{pocket} main" for uri, pocket in _host_sources(apt)]


def _host_sources(apt: Path) -> list[tuple[str, str]]:
    codename = re.search(r"VERSION_CODENAME=(\w+)", _os_release())
    if not codename:
        return []
    found: dict[tuple[str, str], None] = {}
    for path in [apt / "sources.list", *sorted(apt.glob("sources.list.d/*"))]:
        for uri, suite in _entries(path):
            name, dash, pocket = suite.partition("-")
            if name == codename[1] and pocket in ("", "updates", "security"):
                found[uri, dash + pocket] = None
    return list(found)


def _entries(path: Path) -> list[tuple[str, str]]:
    if not path.is_file():
        return []
    text = path.read_text(errors="replace")
    if path.suffix == ".sources":
        stanzas = [
            dict(re.findall(r"(?m)^(URIs|Suites|Types):\s*(.+)$", s)) for s in text.split("\n\n")
        ]
        pairs = [
            (s.get("URIs", ""), s.get("Suites", ""))
            for s in stanzas
            if "deb" in s.get("Types", "").split()
        ]
        return [
            (uri, suite)
            for uris, suites in pairs
            for uri in uris.split()
            for suite in suites.split()
        ]
    return re.findall(r"(?m)^deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+(\S+)", text)


def _text(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def _os_release() -> str:
    path = Path("/etc/os-release")
    return path.read_text() if path.is_file() else ""


def _either_case(name: str) -> str | None:
    return os.environ.get(name) or os.environ.get(name.upper())
