"""The claims, as records: docs/unproven.md is generated from them, and `prove --list` prints them.

They are in claims.toml, because they are prose. Nothing there is computed.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

_SOURCE: Final = Path(__file__).with_name("claims.toml")


class Guard(StrEnum):
    """What an experiment touches, and so what has to be agreed to before it."""

    READS = "reads"
    CREATES = "creates"
    SITE = "site"
    DISTURBS = "disturbs"
    DEPLOYS = "deploys"
    ACCOUNT = "account"

    @property
    def words(self) -> str:
        """What it touches, as a clause."""
        return _WORDS[self][0]

    @property
    def leaves(self) -> str:
        """What is there afterwards."""
        return _WORDS[self][1]


_WORDS: Final = {
    Guard.READS: ("only reads", "nothing"),
    Guard.CREATES: (
        "creates small things of its own and deletes them, also what a killed run has left",
        "nothing",
    ),
    Guard.SITE: ("uses a running site, which continues", "the site as it was, and its logs"),
    Guard.DISTURBS: (
        "breaks, changes or interrupts a site: use one that nobody needs",
        "what `destroy` lists as kept",
    ),
    Guard.DEPLOYS: ("deploys a site of its own and destroys it", "what `destroy` lists as kept"),
    Guard.ACCOUNT: (
        "needs an account or a thing that has to be found or made by hand",
        "what you made by hand",
    ),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim and the experiment that would show whether it holds."""

    id: str
    claim: str
    experiment: str
    """What is done. In Markdown, as are claim and expected."""
    expected: str
    usd: float
    """At list prices in us-east-1, without tax; an upper limit."""
    minutes: int
    """How long it takes, waiting included."""
    guard: Guard
    seen: str = ""
    """Date and result of whoever ran it on a real account."""

    @property
    def price(self) -> str:
        """What it costs, in words."""
        return f"{self.usd:g} USD" if self.usd else "nothing"

    @property
    def duration(self) -> str:
        """How long it takes, in words."""
        minutes, unit = next(
            (minutes, unit)
            for minutes, unit in ((1440, "day"), (60, "hour"), (1, "minute"))
            if self.minutes >= minutes
        )
        count = round(self.minutes / minutes)
        return f"{count} {unit}{'' if count == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Chapter:
    """Claims that belong together."""

    title: str
    claims: tuple[Claim, ...]
    text: str = ""
    """What comes before them, in Markdown."""


@cache
def chapters() -> tuple[Chapter, ...]:
    """Return all claims in chapters."""
    read = tomllib.loads(_SOURCE.read_text(encoding="utf-8"))
    return tuple(
        Chapter(
            one["title"],
            tuple(Claim(**claim | {"guard": Guard(claim["guard"])}) for claim in one["claims"]),
            one.get("text", ""),
        )
        for one in read["chapters"]
    )


def claims() -> dict[str, Claim]:
    """Return all claims by their ids."""
    return {claim.id: claim for chapter in chapters() for claim in chapter.claims}
