from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from barelab.model.prices import load_prices
from barelab.support.errors import ContentError

Edit = Callable[[Path, str, str], None]

SOUND = """\
currency: USD
sizes:
  - {memory_mib: 4096, price: 20}
  - {memory_mib: 512, price: 2.5}
groups:
  db1: 100
"""
FAULTS = [
    ("currency: USD\n", "", 1, "'the file' lacks the key 'currency'"),
    ("USD", "EUR", 1, "names no currency (INR or USD): 'EUR'"),
    ("sizes:", "size:", 2, "unknown key 'size'; did you mean 'sizes'?"),
    ("4096", "4 GiB", 3, "'memory_mib' must be a whole number"),
    ("4096", "0", 3, "'memory_mib' must be from 1 to"),
    ("price: 20", "price: -1", 3, "'price' must be from 0 to"),
    ("price: 20", "price: cheap", 3, "'price' must be a number, not the text 'cheap'"),
    ("price: 20", "prize: 20", 3, "unknown key 'prize'; did you mean 'price'?"),
    ("512", "4096", 4, "there are two sizes of 4096 MiB"),
    ("db1: 100", "db: 100", 6, "'db' names no group of a lab: 'db'; did you mean 'db1'?"),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "prices.yaml"
    path.write_text(SOUND)
    return path


@pytest.mark.parametrize(
    ("group", "memory_mib", "inr"),
    [
        ("app", 511, 2.5 * 83),
        ("app", 512, 2.5 * 83),
        ("app", 513, 20 * 83),
        ("db1", 64, 100 * 83),
        ("db1", 9999, 100 * 83),
    ],
)
def test_a_server_costs_what_its_group_or_the_smallest_size_that_fits_does(
    file: Path, sound_root: Path, group: str, memory_mib: int, inr: float
) -> None:
    assert load_prices(file, sound_root).of(group, memory_mib) == inr


def test_rupees_are_taken_as_they_are(file: Path, sound_root: Path, edit: Edit) -> None:
    edit(file, "USD", "INR")
    assert load_prices(file, sound_root).of("db1", 64) == 100


def test_a_server_without_a_price_is_named(file: Path, sound_root: Path) -> None:
    with pytest.raises(ContentError, match=r"prices\.yaml:1: .*'app'.* 4097 MiB"):
        load_prices(file, sound_root).of("app", 4097)


@pytest.mark.parametrize(("old", "new", "line", "message"), FAULTS)
def test_a_fault_in_prices_names_its_line(
    file: Path, sound_root: Path, edit: Edit, old: str, new: str, line: int, message: str
) -> None:
    edit(file, old, new)
    with pytest.raises(ContentError) as fault:
        load_prices(file, sound_root)
    assert str(fault.value).startswith(f"{file}:{line}: ")
    assert message in str(fault.value)
