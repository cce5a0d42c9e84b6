"""What the picture of a lab shows."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from barelab.model.lab import Lab
from barelab.render.diagram import diagram
from barelab.render.diagram_layout import HEIGHT, WIDTH, layout

NODES = {f"app{number}" for number in range(1, 9)}
LARGE = """\
title: Large <&>
summary: Many.
networks:
  public: {}
  private: {internal: true}
nodes:
  lb1: {role: nginx, networks: [public, private]}
  app: {roles: [release, django], count: 8, networks: [private]}
  worker: {roles: [release, django], count: 4, networks: [private]}
  db1: {role: postgres, networks: [private]}
  db2: {role: postgres, networks: [private]}
  log1: {role: nginx, networks: [private]}
  mon1: {role: nginx, networks: [public, private]}
  alone1: {role: nginx, networks: [private]}
front: lb1
sites: [portal]
talks:
  - {from: user, to: lb1, port: 443}
  - {from: user, to: lb1, port: 80}
  - {from: lb1, to: app, port: 8000}
  - {from: app, to: db1, port: 5432}
  - {from: app, to: db2, port: 5432}
  - {from: worker, to: db1, port: 5432}
  - {from: db2, to: db1, port: 5432}
  - {from: mon1, to: lb1, port: 9100}
  - {from: mon1, to: app, port: 9100}
  - {from: mon1, to: db1, port: 9100}
  - {from: mon1, to: db2, port: 9100}
  - {from: lb1, to: log1, port: 514}
  - {from: app, to: log1, port: 514}
  - {from: worker, to: log1, port: 514}
  - {from: db1, to: log1, port: 514}
"""


@pytest.fixture
def large(make_lab: Callable[[str], Lab]) -> Lab:
    return make_lab(LARGE)


def texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in ElementTree.fromstring(svg).iter()]


def test_it_is_well_formed_whatever_the_title_holds(large: Lab) -> None:
    assert "Large <&>" in texts(diagram(large))


def test_the_same_lab_gives_the_same_bytes(large: Lab) -> None:
    assert diagram(large) == diagram(large)


def test_every_node_role_and_port_is_named(three: Lab) -> None:
    shown = texts(diagram(three))
    for text in ("web1", "app1", "db1", "Nginx", "PostgreSQL", "443", "8000", "5432"):
        assert text in shown


def test_a_group_is_one_box(large: Lab) -> None:
    shown = texts(diagram(large))
    assert "app1 to app8" in shown
    assert not NODES & set(shown)


def test_ports_of_one_way_share_an_arrow(large: Lab) -> None:
    assert "80, 443" in texts(diagram(large))


def test_what_all_talk_to_and_what_watches_all_stand_aside(large: Lab) -> None:
    boxes = layout(large).boxes
    assert {key for key, box in boxes.items() if box.hub} == {"log1", "mon1", "alone1"}


def test_the_way_of_a_request_leads_to_the_right(large: Lab) -> None:
    boxes = layout(large).boxes
    columns = [boxes[key].column for key in ("user", "lb1", "app", "db1")]
    assert columns == sorted(set(columns))
    assert boxes["worker"].column < boxes["db1"].column


def test_no_box_covers_another_or_leaves_the_picture(large: Lab) -> None:
    places = layout(large)
    boxes = list(places.boxes.values())
    for number, box in enumerate(boxes):
        assert 0 <= box.x <= places.width - WIDTH
        assert 0 <= box.y <= places.height - HEIGHT
        for other in boxes[number + 1 :]:
            assert abs(box.x - other.x) >= WIDTH or abs(box.y - other.y) >= HEIGHT
