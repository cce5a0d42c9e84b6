"""What must be so after the repair. Ask from outside: what a node says of itself never passes."""

from __future__ import annotations

from barelab.grading import Evidence, Subject, check, evidence


@check("The portal answers through web1", points=5)
def portal_answers(on: Subject) -> Evidence:
    """Pass with a text and the answers that it stands on; an `assert` fails with its message."""
    asked = on.ask_site("portal", "/", times=3)
    assert asked.all_have(200), on.told(asked)
    return evidence(asked.told(), asked)


@check("No node ran out of memory", points=0)
def nodes_are_well(on: Subject) -> Evidence:
    """A check that is not in `breaks` guards what was well before."""
    nodes = [on.engine(node.name) for node in on.lab.visible()]
    for node in nodes:
        assert not node.out_of_memory, f"{node.ref.node} ran out of memory"
    return evidence("every node has memory left", *nodes)
