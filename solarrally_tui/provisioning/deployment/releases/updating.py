"""The answers of a site with another application or tier, and what differs in words. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from solarrally_tui.site.files import from_answers, to_answers
from solarrally_tui.site.model import Site
from solarrally_tui.site.tier_change import change_tier
from solarrally_tui.site.tiers import Tier

_SHOWN: Final = 60
"""Characters of an answer that a line shows."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What an update changes. Empty for what stays."""

    commit: str = ""
    ref: str = ""
    """Branch or tag that the commit was found under."""
    image: str = ""
    """An image in place of the one that is built, by its digest."""
    tier: str = ""


def updated(site: Site, wish: Wish) -> Site:
    """Return the site as an update leaves it. Raises SiteError.

    Another commit is built, so an image that was given before ends with it.
    """
    answers = to_answers(site)
    application: dict[str, Any] = answers["application"]
    if wish.commit:
        application |= {"commit": wish.commit, "ref": wish.ref, "image": ""}
    if wish.image:
        application["image"] = wish.image
    if wish.tier:
        answers["size"] = dict(change_tier(answers["size"], site.tier, Tier(wish.tier)).size)
        answers["tier"] = wish.tier
    return from_answers(answers)


def set_aside(site: Site, tier: str) -> str:
    """Return in words which answers do not fit another tier; empty where all do."""
    return change_tier(to_answers(site)["size"], site.tier, Tier(tier)).words if tier else ""


@dataclass(frozen=True, slots=True)
class Difference:
    """An answer that changes."""

    path: str
    """Dotted, as in a site file."""
    before: str
    after: str

    @property
    def change(self) -> str:
        """Both values."""
        return f"{self.before} → {self.after}"


def differences(now: Site, then: Site) -> tuple[Difference, ...]:
    """Return each answer that differs, with its value before and after."""
    return tuple(_differences("", to_answers(now), to_answers(then)))


def _differences(
    prefix: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Difference]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _differences(f"{prefix}{name}.", old, new)
        elif old != new:
            yield Difference(f"{prefix}{name}", _text(old), _text(new))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value) if value not in (None, "", []) else "none"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
