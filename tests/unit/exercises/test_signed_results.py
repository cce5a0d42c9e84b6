"""Signed results: who signed is told; what was altered, replayed or made for others is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from barelab.exercises.result_file import write_result
from barelab.exercises.score import score
from barelab.exercises.signing import MAX_BYTES, own_signer, read_signed
from barelab.exercises.store import Store
from barelab.exercises.verifying import Verified, verified
from barelab.grading.results import CheckResult, Result, Verdict
from barelab.support.errors import AnswerIsNo, CouldNotTell, UsageError

RESULT = Result(
    (
        CheckResult("page", "Page", Verdict.PASS, 3, 3, "200 \x0bok", 0.1),
        CheckResult("log", "Log", Verdict.FAIL, 0, 1, "no <line>", 0.1),
        CheckResult("mail", "Mail", Verdict.COULD_NOT_GRADE, 0, 1, "gone", 0.1),
    )
)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of an installation of the test's own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "one"))
    return tmp_path / "one/barelab"


@pytest.fixture
def file(data: Path) -> Path:
    """Return a signed result."""
    attempt = Store().begin("default", "simple", "web/tiny", 7, {}, {"payments": 1}, "monday")
    return write_result(attempt, RESULT, score(RESULT, {}, {}, 0, False), "docker")


def _verified(file: Path, **wanted: Any) -> Verified:
    return verified(file, Store(), **{"made_for": None, "signer": None, **wanted})


def test_a_result_says_what_was_done_with_what(file: Path) -> None:
    result = read_signed(file).result
    assert (result["exercise"], result["seed"], result["made_for"]) == ("web/tiny", 7, "monday")
    assert [check["name"] for check in result["checks"]] == ["page", "log", "mail"]
    assert set(result["versions"]) == {"barelab", "python", "backend"}
    assert result["score"]["repair"] == 3


def test_who_signed_is_told_and_the_key_is_for_nobody_else(file: Path, data: Path) -> None:
    found = _verified(file, made_for="monday", signer=own_signer())
    assert found.ok
    assert f"signed by {own_signer()}" in found.told()
    assert (data / "signing.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("old", ['"seed": 7', '"verdict": "fail"', '"points": 3', "monday"])
def test_one_altered_word_is_refused(file: Path, old: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, old.replace("7", "8").replace("3", "4").replace("a", "b")))
    with pytest.raises(AnswerIsNo, match="altered"):
        read_signed(file)
    assert _verified(file).told().endswith("altered after it was signed")


def test_another_installations_signature_does_not_pass_for_ours(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, ours = json.loads(file.read_text()), own_signer()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "two"))
    assert own_signer() != ours
    assert _verified(file, signer=own_signer()).why.startswith(f"signed by {ours}, not")
    attempt = Store().begin("x", "simple", "web/tiny", 0, {}, {})
    other = write_result(attempt, RESULT, score(RESULT, {}, {}, 0, False), "docker")
    file.write_text(json.dumps({**whole, "key": json.loads(other.read_text())["key"]}))
    with pytest.raises(AnswerIsNo):
        read_signed(file)


def test_the_same_result_in_another_file_is_refused(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "mine.json"
    copy.write_text(file.read_text())
    assert _verified(file).ok
    assert _verified(file).ok
    assert "handed in before" in _verified(copy).why


def test_a_result_for_another_day_is_refused(file: Path) -> None:
    assert _verified(file, made_for="tuesday").why == "it bears 'monday', not 'tuesday'"
    assert _verified(file, made_for="monday").ok


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "\xff", "[" * 100_000, '{"schema": 1}', "x" * (MAX_BYTES + 1),
     '{"schema": 1, "result": {}, "key": "zz", "signature": ""}',
     '{"schema": 1, "result": {}, "key": 5, "signature": ""}',
     '{"schema": 2, "result": {}, "key": "", "signature": ""}'],
    ids=range(10),
)  # fmt: skip
def test_what_is_no_result_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(UsageError, match=r"x\.json"):
        read_signed(tmp_path / "x.json")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_signed(tmp_path / "none.json")


def test_a_damaged_key_is_named(data: Path) -> None:
    own_signer()
    (data / "signing.key").write_bytes(b"short")
    with pytest.raises(CouldNotTell, match="is damaged"):
        own_signer()


def test_junit_has_each_check_with_its_evidence(file: Path) -> None:
    suite = ElementTree.parse(file.with_suffix(".xml")).getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")
    cases = {case.get("name"): case for case in suite}
    assert cases["page"].findtext("system-out") == "200 ?ok"
    assert cases["log"].findtext("failure") == "no <line>"
    assert cases["mail"].find("error") is not None
