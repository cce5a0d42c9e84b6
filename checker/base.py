"""Every node: its place in the picture, its clock, its log-ins, its logs, and its start-up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from itertools import product

from barelab.grading import Evidence, Subject, check, evidence, patient
from barelab.support.wait import until

SSH = 22
CLOCK_S = 2.0
PAGE_S = 20.0
# Databases that change places by themselves agree first on who takes writes.
WRITE_S = 60.0
KEPT_S = 8.0
# An engine that makes a network takes its rule between networks away and puts it back on top
# (EnsureJumpRule in moby's libnetwork/iptables): what answers in that moment alone is hidden.
OPEN_S = 3.0
SILENT_S = 0.5
# A lab is up when its page shows data; what supports the site may begin later, and Java takes its
# time on a busy machine.
STARTED_S = 90.0
FACTS = "ActiveState,Job,UnitFileState,WantedBy,RequiredBy"
KEY = "/proc/1/root/home/ops/.ssh/id_ed25519"
KNOWN_HOSTS = "/proc/1/root/etc/ssh/ssh_known_hosts"
# The node's files are below /proc/1/root, and no configuration of the image has a part in it.
SSH_AS_OPS = (
    *("ssh", "-v", "-F", "none", "-i", KEY, "-o", f"UserKnownHostsFile={KNOWN_HOSTS}"),
    *("-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"),
)
CONNECT_S = 8.0
JOURNAL_BYTES = 1 << 30
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
# Both run beside a node. The first prints whether the journal on its disk holds a text.
HOLDS = """
import glob, sys
files = glob.glob("/proc/1/root/var/log/journal/*/system.journal")
print(any(sys.argv[1].encode() in open(file, "rb").read() for file in files))
"""
# The second prints each port on which the node listens for others, not for itself.
LISTENS = """
LOOP = "00000000000000000000000001000000"
for table in ("tcp", "tcp6"):
    for line in open(f"/proc/net/{table}").read().splitlines()[1:]:
        address, port = line.split()[1].split(":")
        if line.split()[3] == "0A" and address[-2:] != "7F" and address != LOOP:
            print(int(port, 16))
"""


@check("Each node is on the networks of the picture and on no others")
def networks(on: Subject) -> Evidence:
    """Asks the engine, which alone decides it."""
    seen = [on.engine(node.name) for node in on.lab.visible()]
    found = {node.ref.node: set(node.addresses) for node in seen}
    for node in on.lab.visible():
        has, wanted = ", ".join(sorted(found[node.name])), ", ".join(sorted(node.networks))
        assert found[node.name] == set(node.networks), f"{node.name} is on {has}, not on {wanted}"
    told = "; ".join(f"{name}: {', '.join(sorted(has))}" for name, has in found.items())
    return evidence(told, *seen)


@check("Nodes that are not on the public network cannot be reached from it")
def hidden_from_public(on: Subject) -> Evidence:
    """Asks from the probe's public side alone, where a visitor of the site would be."""
    side = on.address("probe", "public")
    inner = [node for node in on.lab.visible() if "public" not in node.networks]
    ports = {node.name: _role_ports(on, node.name) for node in inner}
    tries: list[list[str]] = []

    def all_hidden() -> bool:
        tries.append(_open_doors(on, side, ports))
        return not tries[-1]

    assert until(all_hidden, OPEN_S, every_s=0.3), (
        f"{', '.join(tries[-1])} answers from the public network"
    )
    front = on.probe("tcp", address=on.address(on.lab.front), port=443, only_by=side, timeout_s=5)
    assert front.get("connected"), f"{on.lab.front}:443 does not answer: {front.get('error')}"
    told = "; ".join(f"{name}: {', '.join(map(str, sorted(p)))}" for name, p in ports.items())
    text = f"from the public network only {on.lab.front} answers; refused or silent: {told}"
    return evidence(text, front)


@check("Every arrow of the picture is a connection that works", timeout_s=150)
def arrows(on: Subject) -> Evidence:
    """The user's from the probe; the others from their node, and by the page that needs them."""
    tried = []
    for talk in on.lab.talks:
        for source, target in product(_ends(on, talk.source), _ends(on, talk.target)):
            arrow = f"{source} -> {target}:{talk.port}"
            open_now = partial(_connects, on, source, target, talk.port)
            assert until(open_now, STARTED_S, every_s=0.5), f"no connection: {arrow}"
            tried.append(arrow)
    page = on.ask_site(on.lab.sites[0], on.lab.app.sites[on.lab.sites[0]].page)
    assert page.all_have(200), on.told(page)
    return evidence(", ".join(tried), page)


@check("No node listens on a port that is none of its roles'", timeout_s=60)
def ports(on: Subject) -> Evidence:
    """Reads the kernel's tables from beside each node; what listens for the node itself is free."""
    told, seen = [], []
    for node in on.lab.visible():
        seen.append(on.beside(node.name, "python3", "-I", "-c", LISTENS, timeout_s=20))
        known = _role_ports(on, node.name) | on.backend_ports
        found = {int(port) for port in seen[-1].text.split()}
        assert found <= known, f"{node.name} listens on {_listed(found - known)}, too"
        told.append(f"{node.name}: {_listed(found)}")
    return evidence("; ".join(told), *seen)


@check("The units of every role run and start at boot", timeout_s=150)
def units(on: Subject) -> Evidence:
    """Whether they do start is for `survives_reboots`; this names the one that would not."""
    told, seen = [], []
    for node in on.lab.visible():
        seen.append(on.engine(node.name))
        assert not seen[-1].out_of_memory, f"{node.name} ran out of memory"
        for unit, facts in _started(on, node.name).items():
            state = facts.get("ActiveState")
            assert state == "active", f"{node.name}: {unit} is {state}, not active"
            # Wanted by nobody, it runs now and not after the next boot.
            assert facts.get("WantedBy") or facts.get("RequiredBy"), (
                f"{node.name}: {unit} is {facts.get('UnitFileState') or 'unknown'}: "
                "it is not started at boot"
            )
            told.append(f"{node.name}: {unit}")
    return evidence("active, and started at boot: " + ", ".join(told), *seen)


@check("All clocks agree")
def clock(on: Subject) -> Evidence:
    """Compares each node with the probe before and after: a slow answer is no difference."""
    told = []
    for node in on.lab.visible():
        asked = on.probe("clock")
        before = float(asked["time"])
        said = float(on.beside(node.name, "date", "+%s.%N").text)
        after = float(on.probe("clock")["time"])
        wrong = max(before - said, said - after, 0.0)
        assert wrong < CLOCK_S, f"the clock of {node.name} is {wrong:.0f} s off"
        told.append(node.name)
    return evidence(f"within {CLOCK_S:g} s: {', '.join(told)}", asked)


@check("No account of a node has a password")
def no_passwords(on: Subject) -> Evidence:
    """Reads /etc/shadow as the engine gives it out."""
    for node in on.lab.visible():
        shadow = on.file(node.name, "/etc/shadow")
        rows = shadow.decode().splitlines()
        for name, password in (row.split(":")[:2] for row in rows if ":" in row):
            assert password[:1] in ("!", "*"), f"{node.name}: {name} has a password"
    return evidence("every account is locked; operators come with keys", shadow)


@check("Operators come in by SSH, with keys only", timeout_s=60)
def ssh_keys_only(on: Subject) -> Evidence:
    """Logs in to each node from the front one; asks each server what it takes, and its rules."""
    source, seen = on.lab.front, []
    for node in on.lab.visible():
        word, where = on.nonce(), f"ops@{on.address(node.name, _shared(on, source, node.name))}"
        soon = f"-oConnectTimeout={patient(CONNECT_S):.0f}"
        hop = on.beside(source, *SSH_AS_OPS, soon, where, "echo", word, timeout_s=20)
        heard = hop.output.stderr.decode(errors="replace")
        assert hop.text == word, (
            f"ops cannot log in to {node.name} from {source}: {' '.join(heard.split())[-200:]}"
        )
        taken = re.findall(r"can continue: (\S*)", heard)
        assert taken[:1] == ["publickey"], f"{node.name}: sshd takes {taken or 'no proof at all'}"
        for user in ("ops", "root"):
            rules = _sshd_rules(on, node.name, user)
            for word in ("passwordauthentication", "kbdinteractiveauthentication"):
                assert f"{word} no" in rules, f"{node.name}: sshd takes passwords ({word})"
            assert "permitrootlogin yes" not in rules, f"{node.name}: sshd lets root in"
        seen.append(hop)
    told = f"ops came in to {', '.join(n.name for n in on.lab.visible())} from {source} by key"
    return evidence(f"{told}; nothing else is taken", *seen)


@check("The journal is kept, and cannot fill the disk", timeout_s=60)
def journal_capped(on: Subject) -> Evidence:
    """Looks for a line just logged in the node's files, and takes the settings as they add up."""
    seen = []
    for node in on.lab.visible():
        settings = _journal_settings(on, node.name)
        limit = re.fullmatch(r"(\d+)([KMG]?)", settings.get("SystemMaxUse", ""))
        assert limit, f"{node.name}: the journal has no limit (SystemMaxUse)"
        size = int(limit[1]) * UNITS[limit[2]]
        assert 0 < size <= JOURNAL_BYTES, f"{node.name}: the journal may have {limit[0]}"
        storage = settings.get("Storage", "auto")
        assert storage in ("persistent", "auto"), f"{node.name}: the journal's storage: {storage}"
        word = f"verify-{on.nonce()}"
        on.run(node.name, "systemd-cat", "--identifier=verify", "echo", word)

        def kept(name: str = node.name, word: str = word) -> bool:
            seen.append(on.beside(name, "python3", "-I", "-c", HOLDS, word, timeout_s=20))
            return seen[-1].text == "True"

        assert until(kept, KEPT_S, every_s=0.3), f"{node.name}: the journal is lost at a reboot"
    return evidence(
        "a line just logged is in /var/log/journal of every node, which is limited", *seen
    )


@check("The site comes back by itself after a reboot of each node", alone=True, timeout_s=300)
def survives_reboots(on: Subject) -> Evidence:
    """Reboots the nodes one after the other; asks for a page with data after each, and writes."""
    site, write = on.lab.sites[0], on.lab.app.write
    page, shows = on.lab.app.sites[site].page, on.lab.app.sites[site].shows or ""
    for node in on.lab.visible():
        started = on.engine(node.name).started_at
        on.reboot(node.name)
        assert on.engine(node.name).started_at != started, f"{node.name} was not rebooted"
        answered = until(lambda: shows in on.ask_site(site, page).first.text, PAGE_S, every_s=0.1)
        last = on.ask_site(site, page)
        assert answered, f"{PAGE_S:g} s after {node.name}: {on.told(last)}"
        written = until(
            lambda: on.request(write, f"verify-{on.nonce()}").first.status in write.expected,
            WRITE_S,
            every_s=0.5,
        )
        assert written, f"{WRITE_S:g} s after {node.name} nothing can be written"
    told = f"a page with data after each of {', '.join(n.name for n in on.lab.visible())}"
    return evidence(told, last)


def _ends(on: Subject, name: str) -> list[str]:
    """Return the nodes of a group, or the one node or user of that name."""
    return [node.name for node in on.lab.nodes if node.group == name] or [name]


def _connects(on: Subject, source: str, target: str, port: int) -> bool:
    if source == "user":
        side = on.address("probe", "public")
        where = on.address(target, "public")
        asked = on.probe("tcp", address=where, port=port, only_by=side, timeout_s=5)
        return bool(asked.get("connected"))
    wait_s = f"{patient(5):.0f}"
    return on.run(source, "nc", "-z", "-w", wait_s, target, str(port)).exit_code == 0


def _open_doors(on: Subject, side: str, ports: Mapping[str, set[int]]) -> list[str]:
    """Return which ports of which nodes answer to an address of the probe."""
    doors = {f"{name}:{port}": (on.address(name), port) for name in ports for port in ports[name]}
    places = [*doors.values()]
    asked = on.probe("doors", doors=places, only_by=side, timeout_s=SILENT_S)
    return sorted(name for name, place in doors.items() if [*place] in asked["open"])


def _role_ports(on: Subject, node: str) -> set[int]:
    return {port for role in on.roles(node) for port in role.ports.values()}


def _started(on: Subject, node: str) -> dict[str, dict[str, str]]:
    """Return the facts of each unit once none is starting any more, or `STARTED_S` are over.

    A unit that waits for another is inactive, and has a job.
    """
    tries: list[dict[str, dict[str, str]]] = []

    def settled() -> bool:
        tries.append(_units(on, node))
        return not any(
            facts.get("ActiveState") == "activating" or facts.get("Job")
            for facts in tries[-1].values()
        )

    until(settled, STARTED_S, every_s=0.5)
    return tries[-1]


def _units(on: Subject, node: str) -> dict[str, dict[str, str]]:
    """Return the facts of each unit of a node's roles; systemctl puts an empty line between."""
    units = [unit for role in on.roles(node) for unit in role.units]
    said = on.run(node, "systemctl", "show", f"--property={FACTS}", *units).text.split("\n\n")
    facts = [dict(line.split("=", 1) for line in part.splitlines()) for part in said]
    return dict(zip(units, facts, strict=True))


def _listed(ports: set[int]) -> str:
    return ", ".join(map(str, sorted(ports))) or "nothing"


def _shared(on: Subject, source: str, target: str) -> str | None:
    """Return a network that both are on."""
    here, there = on.lab.node(source).networks, on.lab.node(target).networks
    return next((network for network in there if network in here), None)


def _sshd_rules(on: Subject, node: str, user: str) -> list[str]:
    address = on.address(node)
    who = f"user={user},host=nobody,addr={address},laddr={address},lport={SSH}"
    said = on.run(node, "/usr/sbin/sshd", "-T", "-C", who)
    assert said.exit_code == 0, f"{node}: sshd -T: {said.stderr.decode(errors='replace')[-200:]}"
    return said.text.lower().splitlines()


def _journal_settings(on: Subject, node: str) -> dict[str, str]:
    """Return what journald's configuration files say together; a later line stands over others."""
    said = on.run(node, "systemd-analyze", "cat-config", "systemd/journald.conf").text
    return dict(re.findall(r"^\s*(\w+)\s*=\s*(.*?)\s*$", said, re.MULTILINE))
