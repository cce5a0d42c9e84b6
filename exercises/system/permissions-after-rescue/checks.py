"""Do all services reach their files again, and nobody reaches more than before?"""

from __future__ import annotations

import json
import re
from typing import Any

from barelab.grading import Asked, Beside, Browser, Evidence, Subject, check, evidence, shows_data

STYLES = re.compile(r'href="(/static/[^"]+\.css)"')
TICKET = re.compile(r'<a href="(/tickets/\d+/)">([^<]*)</a>')
PHOTO = re.compile(r'href="(/media/[^"]+)"')
OURS = "Photo of the cable"

SECRETS = "/etc/app/secrets"
OWN = tuple(f"{SECRETS}/{name}" for name in ("secret-key", "api-token", "database-password"))
DEPLOYERS = tuple(
    f"{SECRETS}/{name}"
    for name in ("database-owner-password", "operator-password", "subscriber-password")
)
KEY, SITE_KEY = "/etc/ssl/barelab/node.key", "/etc/ssl/barelab/site.key"
DATABASE = "/var/lib/postgresql/17/main/PG_VERSION"
MEDIA, STATIC, CODE = "/var/lib/app/media", "/var/www/static", "/opt/app/current/subscribers"

# node -> path -> accounts that must be able to read all of it.
READERS = {
    "app1": {
        **{path: {"app", "app-deploy"} for path in OWN},
        **{path: {"app-deploy"} for path in DEPLOYERS},
        CODE: {"app", "app-deploy"},
        MEDIA: {"app", "www-data"},
    },
    "web1": {STATIC: {"www-data"}},
    "db1": {KEY: {"postgres"}, DATABASE: {"postgres"}},
}
# node -> path -> the only accounts that may read any of it, or write to any of it.
SECRET = {
    "app1": {
        **{path: {"app", "app-deploy"} for path in OWN},
        **{path: {"app-deploy"} for path in DEPLOYERS},
    },
    "web1": {SITE_KEY: set()},
    "db1": {KEY: {"postgres"}, DATABASE: {"postgres"}},
}
GUARDED = {
    "app1": {SECRETS: {"app-deploy"}, CODE: set(), MEDIA: {"app", "www-data"}},
    "web1": {STATIC: {"www-data"}},
    "db1": {KEY: {"postgres"}, DATABASE: {"postgres"}},
}

# Becomes each account of the node in turn and tries, so that the kernel decides and no mode is
# read. Root may do everything, and ops may become root. Without a path, Python loads nothing more:
# no module of the node.
TRY = """
import json, os, sys
sys.path.clear()
os.chroot("/proc/1/root")
os.chdir("/")
users = [line.rstrip().split(":") for line in open("/etc/passwd") if line.count(":") > 5]
groups = [line.rstrip().split(":") for line in open("/etc/group") if line.count(":") > 2]
trees = []
for path in sys.argv[1:]:
    tree = [(path, os.path.isdir(path))] if os.path.exists(path) else []
    for folder, folders, files in os.walk(path):
        tree += [(os.path.join(folder, name), True) for name in folders]
        tree += [(os.path.join(folder, name), False) for name in files]
    trees.append(tree)
def tries(tree):
    read = [os.access(p, os.R_OK | os.X_OK if folder else os.R_OK) for p, folder in tree]
    return [bool(tree) and all(read), any(read), any(os.access(p, os.W_OK) for p, _ in tree)]
told = {}
for name, _, uid, gid, *_ in users:
    if name in ("root", "ops"):
        continue
    member = {int(gid)} | {int(g[2]) for g in groups if name in g[3].split(",")}
    os.setgroups(sorted(member))
    os.setresgid(int(gid), int(gid), 0)
    os.setresuid(int(uid), int(uid), 0)
    told[name] = {"root": not int(uid) or 0 in member, "may": [tries(tree) for tree in trees]}
    os.setresuid(0, 0, 0)
    os.setresgid(0, 0, 0)
print(json.dumps(told))
"""


@check("The portal arrives whole: with data, and with its style sheets", points=3)
def portal_is_whole(on: Subject) -> Evidence:
    """The sheets' names carry a hash of their content, so they are taken from the page."""
    page = shows_data(on, times=3)
    sheets = STYLES.findall(page.first.text)
    assert sheets, f"{page.told()}, and names no style sheet"
    for sheet in sheets:
        asked = on.ask_site("portal", sheet)
        assert asked.all_have(200), on.told(asked)
        assert "{" in asked.first.text, f"{asked.told()}, but there is no style in it"
    return evidence(f"{page.told()}, each with data; {len(sheets)} style sheets", page, asked)


@check("A customer can send a photo, and see it and the earlier ones", points=4, timeout_s=90.0)
def photos_arrive(on: Subject) -> Evidence:
    """Logs in as the customer and sends a photo that nobody has seen before."""
    customer = Browser(on, "portal")
    customer.log_in("subscriber")
    photo = b"\xff\xd8\xff\xe0" + on.nonce().encode() * 100
    sent = _send_photo(on, customer, photo)
    path = sent.first.header("location")
    assert sent.first.status == 302, f"a photo was sent with a ticket: {on.told(sent)}"
    found = _photos_of(customer, path)
    assert found, f"a photo was sent, and the ticket {path} shows none"
    seen = on.ask_site("portal", found[0])
    assert seen.all_have(200), f"the photo just sent: {on.told(seen)}"
    assert seen.first.body == photo, f"{seen.told()}, but it is not the photo that was sent"
    earlier = _earlier_photos(customer)
    for each in earlier:
        old = on.ask_site("portal", each)
        assert old.all_have(200) and old.first.body, f"a photo of an earlier ticket: {on.told(old)}"
    return evidence(f"{seen.told()}: the photo just sent; {len(earlier)} earlier ones", seen)


@check("Each service's account reaches the files that it needs", points=2)
def accounts_reach_their_files(on: Subject) -> Evidence:
    """Also those that only the next deployment needs."""
    for node, needs in READERS.items():
        seen, accounts = _tried(on, node, tuple(needs))
        for number, (path, wanted) in enumerate(needs.items()):
            able = {name for name, each in accounts.items() if each["may"][number][0]}
            lacking = sorted(wanted - able)
            assert not lacking, f"{node}: {lacking[0]} cannot read all of {path}"
    return evidence("tried as each account: all read what is theirs", seen)


@check("Nobody else can read a secret, or write what is not theirs", points=2)
def nothing_was_opened(on: Subject) -> Evidence:
    """This was fine before. Tried as every account of each node but root and ops."""
    for node in SECRET:
        paths = tuple(dict.fromkeys((*SECRET[node], *GUARDED[node])))
        seen, accounts = _tried(on, node, paths)
        for name, each in accounts.items():
            assert not each["root"], f"{node}: {name} is root, or of root's group"
            for path, (_, reads, writes) in zip(paths, each["may"], strict=True):
                may_read = path not in SECRET[node] or name in SECRET[node][path]
                may_write = path not in GUARDED[node] or name in GUARDED[node][path]
                assert may_read or not reads, f"{node}: {name} can read {path}"
                assert may_write or not writes, f"{node}: {name} can write to {path}"
    return evidence("tried as every account: secrets are read by their owners alone", seen)


def _tried(on: Subject, node: str, paths: tuple[str, ...]) -> tuple[Beside, dict[str, Any]]:
    """Return by account whether it can read all, read any and write any of each path."""
    seen = on.beside(node, "python3", "-I", "-c", TRY, *paths)
    assert seen.output.exit_code == 0, f"{node}: /etc/passwd or /etc/group is not as it should be"
    return seen, json.loads(seen.text)


def _send_photo(on: Subject, customer: Browser, photo: bytes) -> Asked:
    """Open a ticket with a photo."""
    form, edge = "/tickets/new/", on.nonce()
    fields = {"topic": "outage", "subject": OURS, "body": "See the photo."}
    parts = [
        f'name="{name}"\r\n\r\n{value}'.encode()
        for name, value in {**customer.hidden(form), **fields}.items()
    ]
    name = b'name="attachment"; filename="cable.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    body = b"".join(
        b"--%s\r\nContent-Disposition: form-data; %s\r\n" % (edge.encode(), part)
        for part in (*parts, name + photo)
    )
    kind = f"multipart/form-data; boundary={edge}"
    return customer.post(form, body + b"--%s--\r\n" % edge.encode(), kind)


def _photos_of(customer: Browser, ticket: str) -> list[str]:
    """Return the paths of a ticket's photos."""
    return PHOTO.findall(customer.get(ticket).first.text)


def _earlier_photos(customer: Browser) -> list[str]:
    """Return the paths of the photos of all tickets that are not from these checks."""
    found, number = list[str](), 1
    while True:
        page = customer.get(f"/tickets/?page={number}").first.text
        for path, subject in TICKET.findall(page):
            if subject != OURS:
                found += _photos_of(customer, path)
        number += 1
        if f"page={number}" not in page:
            return found
