"""Jinja2 templates, strict: a name that does not exist is an error with its file and line."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barelab.support.errors import ContentError

if TYPE_CHECKING:
    from jinja2 import Environment, Template


def render(source: Path, variables: Mapping[str, Any]) -> str:
    """Return a template's text.

    Raises:
        ContentError: it names something that does not exist, or is no template.
    """
    return render_text(source.read_text(), variables, source)


def render_text(text: str, variables: Mapping[str, Any], source: Path, line: int = 1) -> str:
    """Return the text of a template that begins in a `line` of `source`, which an error names."""
    from jinja2 import TemplateError, TemplateSyntaxError

    try:
        return _template(text).render(variables)
    except TemplateSyntaxError as error:
        where = line + error.lineno - 1
        raise ContentError(source, where, error.message or "not a template") from error
    except TemplateError as error:
        raise ContentError(source, line + _line_of(error) - 1, str(error)) from error


_texts: dict[str, str] = {}


@functools.lru_cache(maxsize=512)
def _template(text: str) -> Template:
    name = hashlib.sha256(text.encode()).hexdigest()
    _texts[name] = text
    return _environment().get_template(name)


@functools.cache
def _environment() -> Environment:
    from jinja2 import DictLoader, Environment, StrictUndefined

    from barelab.render.compiled import Compiled

    return Environment(
        loader=DictLoader(_texts),
        bytecode_cache=Compiled(),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - configuration files, not pages
    )


def _line_of(error: Exception) -> int:
    trace = error.__traceback__
    line = 1
    while trace:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
