from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from barelab.model.document import read_document
from barelab.model.item import MAX_FILE_BYTES
from barelab.model.loading import load_lab
from barelab.support.errors import ContentError

LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}]\n" for a, b in [("a", "b"), ("b", "c"), ("c", "d")]
)
REFUSED = [
    (b"a: 1\nb: [\n", 3, "is not YAML"),
    (b"a: 1\n  b: 2\n", 2, "is not YAML"),
    (b"a: 'x\n", 2, "is not YAML"),
    (b"a: 1\nb: x\x07y\n", 2, "the character '\\x07' is in it"),
    (b"a: 1\nb: x\0y\n", 2, "the character '\\x00' is in it"),
    (b'a: 1\nb: "\\ud800"\n', 2, "is not YAML"),
    (b'a: 1\nb: "\\UFFFFFFFF"\n', None, "is not YAML"),
    (b"%YAML 9.0\n---\na: 1\n", 1, "is not YAML"),
    (b"a: 1\nb: \xff\n", 2, "is not UTF-8 text"),
    ("a: 1\n".encode("utf-16"), 1, "is not UTF-8 text"),
    (b"a: 1\nb: &x 2\n", 2, "the anchor '&x' is not allowed"),
    (b"a: 1\nb: *x\n", 2, "the alias '*x' is not allowed"),
    (LAUGHS.encode(), 1, "the anchor '&a' is not allowed"),
    (b"a: 1\nb: !!python/object/apply:os.system [id]\n", 2, "the tag 'tag:yaml.org,2002:python/"),
    (b"a: 1\nb: !x 2\n", 2, "the tag '!x' is not allowed"),
    (b"a: 1\nb: ! 2\n", 2, "the tag '!' is not allowed"),
    (b"a: 1\nb: !!str 2\n", 2, "the tag 'tag:yaml.org,2002:str' is not allowed"),
    (b"!x a: 1\n", 1, "the tag '!x' is not allowed"),
    (b"a: 1\n---\nb: 1\n", 2, "holds more than one YAML document"),
    (b"a: 1\nb: 2\na: 3\n", 3, "the key 'a' stands here twice"),
    (b"a: 1\n<<: {b: 2}\n", 2, "a key must be text"),
    (b"a: 1\n1: 2\n", 2, "a key must be text"),
    (b"a: 1\n[b]: 2\n", 2, "a key must be text"),
    (b"a: 1\nb: " + b"[" * 20 + b"]" * 20, 2, "is nested more than 20 levels deep"),
    (b"a: [" + b"1," * 5000 + b"]", 1, "holds more than 5000 values"),
    (b"a: " + b"x" * MAX_FILE_BYTES, 1, "is larger than 256 KiB"),
]


@pytest.fixture(params=["libyaml", "pure"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run each test with both of PyYAML's parsers: not every build of it has libyaml."""
    if request.param == "pure":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)


@pytest.mark.parametrize(("data", "line", "message"), REFUSED, ids=[case[2] for case in REFUSED])
def test_what_is_not_plain_is_refused_at_its_line(
    tmp_path: Path, data: bytes, line: int | None, message: str
) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(data)
    with pytest.raises(ContentError) as caught:
        read_document(path)
    assert message in str(caught.value)
    assert line in (None, caught.value.line)


@pytest.mark.parametrize("top", ["", "# nothing\n", "- a\n", "a\n", "---\n", "42\n", "~\n"])
def test_a_file_that_is_no_mapping_is_refused(root: Path, top: str) -> None:
    (root / "labs/simple.yaml").write_text(top)
    with pytest.raises(ContentError, match="'the file' must be a mapping, not "):
        load_lab("simple", root)


def test_a_folder_in_place_of_a_file_is_refused(root: Path) -> None:
    (root / "labs/other.yaml").mkdir()
    with pytest.raises(ContentError, match="there is no such file"):
        load_lab("other", root)


def test_the_deepest_nesting_allowed_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: " + "[" * 18 + "x" + "]" * 18)
    assert read_document(path).value
