"""What to do about a cause, with the file and the answers of the very site."""

import shlex
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from solarrally_tui.findings.reasons.places import ANOTHER_CLASS

if TYPE_CHECKING:
    from solarrally_tui.site.model import Site

_FILE: Final = "deploy FILE"
_WITHOUT: Final = "FILE is the site's file. Without one, press Deploy in the wizard instead."


def own_advice(text: str, name: str, site: "Site | None") -> str:
    """Return an advice that names the site's file and other class, where they are known.

    site: the answers of the site; None where they could not be read.
    """
    if site is not None and ANOTHER_CLASS in text:
        text = text.replace(ANOTHER_CLASS, _other_class(site) or ANOTHER_CLASS)
    if _FILE not in text:
        return text
    path = site_file(name)
    return text.replace(_FILE, f"deploy {shlex.quote(path)}") if path else f"{text} {_WITHOUT}"


def site_file(name: str) -> str:
    """Return the site's file as it is typed in the present folder; empty for none or several."""
    found = [path for path in Path().glob("*.toml") if _names(path, name)]
    return str(found[0]) if len(found) == 1 else ""


def _names(path: Path, name: str) -> bool:
    try:
        return bool(tomllib.loads(path.read_text(encoding="utf-8")).get("name") == name)
    except (OSError, ValueError):
        return False


def _other_class(site: "Site") -> str:
    """Return the line that chooses a class like the present one, with what it changes a month."""
    from solarrally_tui.pricing.estimate import estimate
    from solarrally_tui.pricing.money import USD
    from solarrally_tui.site.database_classes import alike
    from solarrally_tui.site.files import from_answers, to_answers

    other = alike(site.size.database_class)
    if not other:
        return ""
    answers = to_answers(site)
    answers["size"]["database_class"] = other
    now, then = estimate(site), estimate(from_answers(answers))
    line = f'Or choose another database class: size.database_class = "{other}" in the site file'
    if not (now.known and then.known):
        return f"{line}."
    return f"{line} ({USD.change(now.expected, then.expected):+,.2f} USD a month)."
