"""Read a quote file: TOML, validated, every problem in one clear sentence."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from solarrally_tui.pricing.quotes.paper.answers import QuoteAnswers
from solarrally_tui.site.problems import Problem
from solarrally_tui.site.toml_problems import lines_of, problem_in


class QuoteFileError(Exception):
    """A quote file that cannot be used. Has every problem, not just the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def load(path: Path) -> QuoteAnswers:
    """Read a quote file; a relative logo is beside it. Raises QuoteFileError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise QuoteFileError(
            (Problem(str(path), f"cannot be read: {error.strerror}.", ""),)
        ) from None
    except UnicodeDecodeError:
        raise QuoteFileError(
            (Problem(str(path), "is not UTF-8 text. Save it as UTF-8.", ""),)
        ) from None
    answers = loads(text)
    seller = answers.seller
    if seller is None or seller.logo is None:
        return answers
    logo = path.parent / seller.logo
    return answers.model_copy(update={"seller": seller.model_copy(update={"logo": logo})})


def loads(text: str) -> QuoteAnswers:
    """Validate the text of a quote file. Raises QuoteFileError."""
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        problem = replace(problem_in(text, error), field="quote file")
        raise QuoteFileError((problem,)) from None
    try:
        return QuoteAnswers.model_validate(data)
    except ValidationError as error:
        lines = lines_of(text)
        problems = (_problem(detail) for detail in error.errors(include_input=False))
        placed = (replace(one, line=lines.get(one.field, 0)) for one in problems)
        raise QuoteFileError(tuple(placed)) from None


def changed(answers: QuoteAnswers, given: Mapping[str, Any]) -> QuoteAnswers:
    """Return the answers with some replaced, whole tables included. Raises QuoteFileError."""
    try:
        fresh = QuoteAnswers.model_validate(given)
    except ValidationError as error:
        problems = map(_problem, error.errors(include_input=False))
        raise QuoteFileError(tuple(problems)) from None
    return answers.model_copy(update={name: getattr(fresh, name) for name in given})


def sold_by(answers: QuoteAnswers, name: str) -> QuoteAnswers:
    """Return the answers with the seller's name, and all else of the seller as it was.

    Raises QuoteFileError.
    """
    kept = answers.seller.model_dump(exclude={"name"}) if answers.seller else {}
    return changed(answers, {"seller": {"name": name, **kept}})


def _problem(detail: ErrorDetails) -> Problem:
    where = [str(part) if isinstance(part, str) else f"{part + 1}" for part in detail["loc"]]
    return Problem(".".join(where) or "quote file", _what(detail), "")


def _what(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx") or {}
    if kind == "extra_forbidden":
        return f"is not a field of a quote file.{_meant(detail)}"
    if kind in {"enum", "literal_error"}:
        return f"must be {context.get('expected', '')}."
    if kind in {"greater_than_equal", "less_than_equal", "greater_than"}:
        word = {"greater_than_equal": "at least", "less_than_equal": "at most"}.get(kind, "above")
        limit = context.get("ge", context.get("le", context.get("gt")))
        return f"must be {word} {Decimal(str(limit)).normalize():,f}."
    if kind == "too_long":
        return f"must have at most {context['max_length']} entries."
    if kind == "value_error":
        return str(context.get("error", detail["msg"]))
    return _FIXED.get(kind, detail["msg"].rstrip(".") + ".")


def _meant(detail: ErrorDetails) -> str:
    """Return which field of the same table may be meant."""
    model: Any = QuoteAnswers
    for part in detail["loc"][:-1]:
        if isinstance(part, str):
            model = _model_in(model.model_fields[part].annotation)
    close = get_close_matches(str(detail["loc"][-1]), model.model_fields, 1)
    return f" Did you mean {close[0]}?" if close else ""


def _model_in(annotation: Any) -> Any:
    for candidate in (annotation, *get_args(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return QuoteAnswers


_FIXED: Final[Mapping[str, str]] = {
    "missing": "is missing.",
    "int_parsing": "must be a whole number.",
    "int_type": "must be a whole number.",
    "int_from_float": "must be a whole number.",
    "decimal_parsing": "must be a number, such as 19 or 49.50.",
    "decimal_type": "must be a number, such as 19 or 49.50.",
    "decimal_max_places": "has too many digits after the point.",
    "decimal_max_digits": "has too many digits.",
    "finite_number": "must be a number.",
    "string_type": "must be text in quotes.",
    "string_pattern_mismatch": "must be the 12 digits of an AWS account.",
    "list_type": "must be a list in brackets.",
    "model_type": "must be a table.",
    "dict_type": "must be a table.",
    "path_type": "must be text in quotes.",
    "date_type": "must be a date without quotes, such as 2026-11-22.",
    "date_parsing": "must be a date, such as 2026-11-22.",
    "date_from_datetime_parsing": "must be a date, such as 2026-11-22.",
    "date_from_datetime_inexact": "must be a date without a time, such as 2026-11-22.",
}
