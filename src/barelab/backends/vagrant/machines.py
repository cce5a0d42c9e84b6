"""Machines of nodes: prepared, made by Vagrant, switched, rebooted and removed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from ipaddress import IPv4Network
from pathlib import Path

from barelab.backends.base import NodeRef, NodeSpec, SeatRef
from barelab.backends.vagrant import boxes, driver, names, seats, tool, virsh
from barelab.backends.vagrant.ssh import NOW, PORT, Way
from barelab.model.names import PROBE
from barelab.render.file import File
from barelab.render.vagrant import MACHINE_MIB, Cable, Machine, machine_files, settling
from barelab.support import machine as host
from barelab.support.errors import CouldNotTell, PortTaken
from barelab.support.locks import hold
from barelab.support.wait import until

# A network of the host with each machine, in which machines do not see each other.
_WAY_IN = IPv4Network("10.86.255.0/24")
_SMALLEST_MIB = 256
_BOOT_S = 300.0
_STOP_S = 45.0
_MIB = 1 << 20


def prepare(spec: NodeSpec, files: Iterable[File]) -> None:
    """Keep what Vagrant makes a node's machine of, and have all made that it needs here."""
    owner = spec.ref.owner
    boxes.ensure_pool()
    _ensure_way_in()
    seats.write(owner, {"tools": spec.image} if spec.ref.node == PROBE else {})
    write(seats.folder(owner), spec, files, _subnets(owner))


def write(
    place: Path, spec: NodeSpec, files: Iterable[File], subnets: Mapping[str, IPv4Network]
) -> None:
    """Write what Vagrant makes a node's machine of into a seat's folder; its box is made."""
    owner = spec.ref.owner
    ports = {name: outside for name, (_, outside) in spec.published.items()}
    machine = Machine(
        name=spec.ref.node,
        title=f"{owner.lab} {owner.seat} {spec.ref.node}",
        box=boxes.box_of(spec.image, lambda _line: None),
        memory_mib=max(_SMALLEST_MIB, spec.memory_bytes // _MIB + MACHINE_MIB),
        networks=[
            Cable(name, names.network(owner, name), address, subnets[name])
            for name, address in spec.addresses.items()
        ],
        published=dict(spec.published.values()),
        about={"spec": spec.spec, "addresses": dict(spec.addresses), "ports": ports},
    )
    own = machine_files(machine, spec.hosts)
    seats.write_node(place, spec.ref.node, machine.as_json(), settling([*files, *own]))


def _subnets(owner: SeatRef) -> dict[str, IPv4Network]:
    found = ((names.parted(network.name), network.subnet) for network in virsh.networks())
    return {at[1]: subnet for at, subnet in found if at and at[0] == owner and subnet}


def describe(owner: SeatRef) -> dict[str, object]:
    """Return what the Vagrantfile reads of a seat."""
    return {
        "prefix": names.prefix(owner),
        "key": str(boxes.key()),
        "ssh_port": PORT,
        "pool": boxes.POOL,
        "cache": "unsafe",
        "way_in": {"name": names.WAY_IN, "subnet": str(_WAY_IN)},
        **driver.driver(),
    }


def start(ref: NodeRef, ports: Iterable[int], way: Way) -> None:
    """Start a node's machine; a new one is made by Vagrant and gets its files.

    Raises:
        PortTaken: somebody listens on one of its ports of this machine.
        CouldNotTell: Vagrant failed, or the machine does not let us in.
    """
    _refuse_taken(ports)
    _switch_networks_on(ref.owner)
    if seats.settled(ref):
        virsh.virsh("start", names.machine(ref))
        _await(ref, way)
        return
    said = dict(seats.nodes(ref.owner))[ref]
    folder = seats.folder(ref.owner)
    log = folder / "nodes" / f"{ref.node}.log"
    box = str(said["box"])
    with _first_of(box):
        tool.up(ref.node, folder, log)
    boxes.note_uploaded(box)
    seats.settle(ref, way.run(NOW, timeout_s=30.0).text)


def restart(ref: NodeRef, way: Way) -> None:
    """Have a machine stop, by force after a while, and start it again."""
    name = names.machine(ref)
    try:
        way.run(("systemctl", "poweroff", "--no-block"), timeout_s=5.0)
    except CouldNotTell:
        virsh.unless_gone("destroy", name)
    way.close()
    if not until(lambda: virsh.virsh("domstate", name).strip() == "shut off", _STOP_S, 0.2):
        virsh.unless_gone("destroy", name)
    virsh.virsh("start", name)
    _await(ref, way)


def plug(ref: NodeRef, network: str, state: str) -> None:
    """Pull or plug a machine's cable to a network."""
    said = dict(seats.nodes(ref.owner)).get(ref) or {}
    wanted = names.network(ref.owner, network)
    for cable in said.get("networks", ()):
        if cable["name"] == wanted:
            virsh.virsh("domif-setlink", names.machine(ref), cable["mac"], state)


def remove(id_: str) -> None:
    """Remove a machine by what `observe` calls it, its disk, and what is kept of it.

    Also what is kept of a seat that has nothing else any more.
    """
    name = id_.rpartition(" ")[2]
    parted = names.parted(name)
    if parted is None:
        seats.forget_at(Path(name))
        return
    ref = NodeRef(*parted)
    way(ref).close()
    virsh.unless_gone("destroy", name)
    virsh.unless_gone("undefine", name, "--storage", "vda", "--nvram", "--snapshots-metadata")
    seats.forget_node(ref)
    if seats.read(ref.owner):
        seats.write(ref.owner, {"kept": []})  # snapshots are of use only all together


def remove_network(id_: str) -> None:
    """Remove a network; with the last of a seat goes what is kept of it."""
    found = {network.uuid: network.name for network in virsh.networks()}
    name = found.get(id_)
    if name is None:
        return
    virsh.unless_gone("net-destroy", name)
    virsh.unless_gone("net-undefine", name)
    owner = (names.parted(name) or (None, ""))[0]
    # Asked now: the seat's other networks are removed at the same moment.
    rest = [parted[0] for n in virsh.networks() if (parted := names.parted(n.name))]
    if owner is not None and owner not in rest:
        seats.forget(owner)
    if not rest:
        virsh.unless_gone("net-destroy", names.WAY_IN)
        virsh.unless_gone("net-undefine", names.WAY_IN)


def way(ref: NodeRef) -> Way:
    """Return the way into a node's machine."""
    name = names.machine(ref)
    return Way(ref.node, name, lambda: _address(ref.node, name))


def _address(node: str, name: str) -> str:
    for line in virsh.virsh("domifaddr", name, "--source", "lease").splitlines():
        if "ipv4" in line:
            return line.split()[-1].partition("/")[0]
    raise CouldNotTell(f"{node} has no address yet, or is off")


def _await(ref: NodeRef, way: Way) -> None:
    if not until(way.answers, _BOOT_S, every_s=0.5):
        raise CouldNotTell(f"{ref.node} was started and does not answer within {_BOOT_S:g} s")


def _switch_networks_on(owner: SeatRef) -> None:
    """Start what a reboot of the host, or of libvirt, has stopped."""
    with hold("machines-networks", lambda _pid: None):
        on = virsh.virsh("net-list", "--name").split()
        for name in set(virsh.virsh("net-list", "--all", "--name").split()).difference(on):
            if name == names.WAY_IN or name.startswith(names.prefix(owner)):
                virsh.unless_gone("net-start", name)


def _ensure_way_in() -> None:
    with hold("machines-way-in", lambda _pid: None):
        there = {network.name for network in virsh.networks()}
        if names.WAY_IN not in there:
            hosts = list(_WAY_IN.hosts())
            virsh.virsh(
                "net-define",
                "/dev/stdin",
                stdin=f"<network><name>{names.WAY_IN}</name><bridge stp='off' delay='0'/>"
                "<port isolated='yes'/>"
                f"<ip address='{hosts[0]}' netmask='{_WAY_IN.netmask}'>"
                f"<dhcp><range start='{hosts[1]}' end='{hosts[-1]}'/></dhcp></ip></network>",
            )
        if names.WAY_IN not in virsh.virsh("net-list", "--name").split():
            virsh.virsh("net-start", names.WAY_IN)


@contextmanager
def _first_of(box: str) -> Iterator[None]:
    """Let one process alone bring a box's disk to libvirt: a second one would take half of it."""
    if boxes.uploaded(box):
        yield
        return
    with hold(f"upload-{box.replace('/', '-')}", lambda _pid: None):
        if not boxes.uploaded(box):
            boxes.remove_half_uploaded(box)
        yield


def _refuse_taken(ports: Iterable[int]) -> None:
    for port in ports:
        if not host.port_is_free(port):
            raise PortTaken(port, f"port {port} of 127.0.0.1 is taken by now")
