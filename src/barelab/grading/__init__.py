"""Running checks, verdicts and evidence. What a check's file imports is here."""

from __future__ import annotations

from barelab.grading.answers import Asked
from barelab.grading.checks import check
from barelab.grading.evidence import Beside, Evidence, Outside, evidence
from barelab.grading.results import Wrong
from barelab.grading.subject import Subject

__all__ = ["Asked", "Beside", "Evidence", "Outside", "Subject", "Wrong", "check", "evidence"]
