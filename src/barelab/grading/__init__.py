"""Running checks, verdicts and evidence. What a check's file imports is here."""

from __future__ import annotations

from barelab.grading.answers import Asked
from barelab.grading.browser import Browser
from barelab.grading.checks import check
from barelab.grading.evidence import Beside, Evidence, Outside, evidence
from barelab.grading.results import Wrong
from barelab.grading.subject import Subject
from barelab.grading.usual import (
    entered,
    leads_to_https,
    shows_data,
    static_names,
    takes_payment,
)
from barelab.grading.visitor import Visitor
from barelab.launcher.probe import Answer
from barelab.support.patience import patient

__all__ = [
    "Answer",
    "Asked",
    "Beside",
    "Browser",
    "Evidence",
    "Outside",
    "Subject",
    "Visitor",
    "Wrong",
    "check",
    "entered",
    "evidence",
    "leads_to_https",
    "patient",
    "shows_data",
    "static_names",
    "takes_payment",
]
