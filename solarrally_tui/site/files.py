"""Site files: readable TOML without secrets, written atomically."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import ValidationError

from solarrally_tui.site.atomic import write_atomically
from solarrally_tui.site.model import SCHEMA, Site
from solarrally_tui.site.problems import Problem, SiteError
from solarrally_tui.site.toml_problems import lines_of, problem_in
from solarrally_tui.site.validation import from_validation
from solarrally_tui.text.encoding import encoding_of


def load(path: Path) -> Site:
    """Read and validate a site file.

    Raises SiteError, which names every invalid field or says why the file cannot be read.
    """
    try:
        body = path.read_bytes()
    except OSError as error:
        raise SiteError((Problem(str(path), f"cannot be read: {error.strerror}.", ""),)) from None
    encoding = encoding_of(body)
    if encoding not in {"utf-8", "utf-8-sig"}:
        what = f"is {encoding[:6].upper()} text, as PowerShell writes it. Save it as UTF-8."
        raise SiteError((Problem(str(path), what, ""),))
    try:
        return loads(body.decode(encoding))
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        what = "is not UTF-8 text. Save it as UTF-8."
        raise SiteError((Problem(str(path), what, "", line),)) from None


def loads(text: str) -> Site:
    """Validate the text of a site file. Raises SiteError."""
    text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SiteError((problem_in(text, error),)) from None
    try:
        return from_answers(data)
    except SiteError as error:
        lines = lines_of(text)
        # An entry of a list is in the line of the list.
        places = [
            lines.get(e.field) or lines.get(e.field.rpartition(".")[0]) for e in error.problems
        ]
        placed = [
            replace(each, line=line or 0) for each, line in zip(error.problems, places, strict=True)
        ]
        raise SiteError(tuple(placed)) from None


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
