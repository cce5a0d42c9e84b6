"""Loading and validating content: the one module that other layers import for it."""

from __future__ import annotations

from barelab.model.app_file import load_app
from barelab.model.drill_file import drill_names, load_drill
from barelab.model.exercise_file import exercise_names, load_exercise
from barelab.model.exercise_lab import lab_for
from barelab.model.lab_file import lab_names, lab_nodes, load_lab, refuse_unknown_lab
from barelab.model.role_file import load_role, role_names

__all__ = [
    "drill_names",
    "exercise_names",
    "lab_for",
    "lab_names",
    "lab_nodes",
    "load_app",
    "load_drill",
    "load_exercise",
    "load_lab",
    "load_role",
    "refuse_unknown_lab",
    "role_names",
]
