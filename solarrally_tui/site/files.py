"""Site files: readable TOML without secrets, written atomically."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any, Final

import tomli_w
from pydantic import ValidationError

from solarrally_tui.site.atomic import write_atomically
from solarrally_tui.site.model import SCHEMA, Site
from solarrally_tui.site.problems import Problem, SiteError
from solarrally_tui.site.toml_problems import lines_of, problem_in
from solarrally_tui.site.validation import from_validation
from solarrally_tui.text.encoding import encoding_of

SHARED: Final = "shared"
"""What a site file calls the file whose answers hold where it has none of its own."""
_EXAMPLE: Final = f'{SHARED} = "company.toml"'
_OF_ONE_SITE: Final = {
    "name": "belongs to one site. Put it into each site file.",
    SHARED: "is only for a site file. A shared file names no other one.",
}


@dataclass(frozen=True, slots=True)
class _SiteText:
    """A file of answers as it was read."""

    text: str
    answers: dict[str, Any]
    file: str = ""
    """As a site file names it; empty for the site file itself."""

    def placed(self, problem: Problem) -> Problem | None:
        """Return a problem with its line; None where the file does not have its field."""
        lines = lines_of(self.text)
        # An entry of a list is in the line of the list.
        line = lines.get(problem.field) or lines.get(problem.field.rpartition(".")[0])
        return replace(problem, line=line, file=self.file) if line else None


def load(path: Path) -> Site:
    """Read and validate a site file, over the answers of the file that it names as shared.

    Raises SiteError, which names every invalid field or says why a file cannot be read.
    """
    own = _parsed(_read(path))
    named = own.answers.pop(SHARED, None)
    return _validated([own] if named is None else [own, _shared(path, named)])


def loads(text: str) -> Site:
    """Validate the text of a site file that names no shared one. Raises SiteError."""
    return _validated([_parsed(text)])


def _read(path: Path) -> str:
    try:
        body = path.read_bytes()
    except OSError as error:
        raise SiteError((Problem(str(path), f"cannot be read: {error.strerror}.", ""),)) from None
    encoding = encoding_of(body)
    if encoding not in {"utf-8", "utf-8-sig"}:
        what = f"is {encoding[:6].upper()} text, as PowerShell writes it. Save it as UTF-8."
        raise SiteError((Problem(str(path), what, ""),))
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        what = "is not UTF-8 text. Save it as UTF-8."
        raise SiteError((Problem(str(path), what, "", line),)) from None


def _parsed(text: str, file: str = "") -> _SiteText:
    text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    try:
        return _SiteText(text, tomllib.loads(text), file)
    except tomllib.TOMLDecodeError as error:
        raise SiteError((replace(problem_in(text, error), file=file),)) from None


def _shared(path: Path, named: object) -> _SiteText:
    """Return the file that a site file names; a relative name begins at the site file."""
    if not isinstance(named, str):
        raise SiteError((Problem(SHARED, "must be the name of a file, in quotes.", _EXAMPLE),))
    shared = _parsed(_read(path.parent / named), named)
    for field, why in _OF_ONE_SITE.items():
        if field in shared.answers:
            problem = Problem(field, why, "")
            raise SiteError((shared.placed(problem) or problem,))
    return shared


def _validated(texts: Sequence[_SiteText]) -> Site:
    """Return the site of texts, of which the first that has an answer decides."""
    try:
        return from_answers(reduce(_over, (each.answers for each in reversed(texts))))
    except SiteError as error:
        raise SiteError(
            tuple(
                next(filter(None, (each.placed(problem) for each in texts)), problem)
                for problem in error.problems
            )
        ) from None


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers over others, section by section."""
    return {
        **below,
        **{
            key: _over(below[key], value)
            if isinstance(value, dict) and isinstance(below.get(key), dict)
            else value
            for key, value in above.items()
        },
    }


def from_answers(data: Mapping[str, Any]) -> Site:
    """Validate answers as nested mappings. Raises SiteError."""
    version = data.get("schema", SCHEMA)
    if isinstance(version, int) and version > SCHEMA:
        what = f"is {version}, from a newer solarrally. This version reads up to {SCHEMA}."
        raise SiteError((Problem("schema", what, "pipx upgrade solarrally-tui"),))
    try:
        return Site.model_validate(dict(data))
    except ValidationError as error:
        raise from_validation(error) from None


def to_answers(site: Site) -> dict[str, Any]:
    """Return every answer of a site as plain nested values, ready for TOML or JSON."""
    return site.model_dump(mode="json", by_alias=True, exclude_none=True)


def dumps(site: Site) -> str:
    """Return a site as the text of a site file, with every answer."""
    return tomli_w.dumps(to_answers(site))


def save(site: Site, path: Path) -> None:
    """Write a site file so that a crash leaves the old content or the new one. Raises OSError."""
    write_atomically(path, dumps(site))
