"""Loading the diagnosis questions of an exercise."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from barelab.model.exercise import PARTS, Question, Value
from barelab.model.item import Item
from barelab.model.readers import each, mapping, reference, text
from barelab.model.record import record

_BY = "by"


def read_diagnosis(item: Item, variants: Sequence[Mapping[str, Value]]) -> Mapping[str, Question]:
    """Return the question of each part with the right choice for each variant."""
    top = record(item, PARTS)
    return {part: top.get(part, lambda entry: _question(entry, variants)) for part in PARTS}


def _question(item: Item, variants: Sequence[Mapping[str, Value]]) -> Question:
    """Return one question.

    `answer` is either the right choice itself, or a mapping: `by` names a variable of the
    variants, and every value of it is a key with the choice that is right for it.
    """
    entry = record(item, ("question", "choices", "answer"))
    choices = entry.get("choices", each(text, at_least=3))
    answer = entry.entries["answer"]
    return Question(
        question=entry.get("question", text),
        choices=choices,
        answers=_by_variant(answer, choices, variants)
        if isinstance(answer.value, dict)
        else (reference("choice", choices)(answer),) * len(variants),
    )


def _by_variant(
    item: Item, choices: Collection[str], variants: Sequence[Mapping[str, Value]]
) -> tuple[str, ...]:
    entries = mapping(item)
    if _BY not in entries:
        raise item.key_fault("'answer' lacks the key 'by', the variable that it depends on")
    variable = reference("variable of the variants", variants[0])(entries[_BY])
    values = [str(variant[variable]) for variant in variants]
    answers = record(item, (_BY, *values))
    return tuple(answers.get(value, reference("choice", choices)) for value in values)
