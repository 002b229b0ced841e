"""How a run ended, and its exit status."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from typing import Final

from solarrally_tui.aws.errors import AwsError, Plain

_NAMED: Final = Decimal(1)
"""From which price a month, in USD, a stack is named."""
_CENT: Final = Decimal("0.01")


class Exit(IntEnum):
    """Exit status of the commands (docs/architecture.md)."""

    OK = 0
    USAGE = 2
    INVALID_SITE = 3
    CREDENTIALS = 4
    REFUSED = 5
    FAILED = 6
    WAITING_FOR_YOU = 7
    OUT_OF_SIGHT = 8
    INTERNAL = 9
    """An error of our own."""
    WARN = 10
    FAIL = 11
    UNKNOWN = 12


def of_stack(places: Iterable[str], stack_id: str) -> frozenset[str]:
    """Return the logical ids of one stack among resources named as STACK/RESOURCE."""
    parts = (place.partition("/") for place in places)
    return frozenset(logical_id for stack, _, logical_id in parts if stack == stack_id)


def a_month(monthly: Decimal) -> str:
    """Return what something costs a month, in USD, such as "1.90 USD a month"."""
    shown = f"less than {_CENT}" if monthly < _CENT else f"{monthly:.2f}"
    return f"{shown} USD a month"


def at_most(monthly: Decimal) -> str:
    """Return what something costs a month at most, in USD, such as "1.90 USD a month at most"."""
    return a_month(monthly) if monthly < _CENT else f"{a_month(monthly)} at most"


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that destroy left in the account, with its price."""

    what: str
    identifier: str
    monthly_usd: Decimal | None
    """Price a month in USD; None where the price book has none."""
    console: str = ""
    """Its address in the AWS console; empty for what `destroy --delete-data` deletes."""
    alone: bool = False
    """Whether the wizard deletes it where a person chooses it: no stack held it, so no run does."""

    def dearest_first(self) -> tuple[bool, Decimal]:
        """Return by what things are sorted: the dearest first, those without a price last."""
        return self.monthly_usd is None, -(self.monthly_usd or Decimal(0))

    @property
    def is_deletable(self) -> bool:
        """Whether the wizard deletes it."""
        return self.alone or not self.console

    def ended_by(self, site: str) -> str:
        """Return the command that deletes it, or where that is done."""
        return self.console or f"solarrally destroy {site} --delete-data {site}"

    @property
    def price(self) -> str:
        """The price in words."""
        known = self.monthly_usd
        return "price unknown" if known is None else a_month(known)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What AWS listed of a site after its deployment had stopped."""

    site: str
    stacks: tuple[tuple[str, Decimal | None], ...]
    """Titles of the stacks that exist. With each the list price a month, in USD, of what AWS bills
    though nobody uses it; None without prices."""
    at_least: bool = False
    """Whether something that has no price, or that nobody has looked at, comes on top."""

    @property
    def monthly_usd(self) -> Decimal | None:
        """What all of them cost together; None without prices."""
        prices = [price for _, price in self.stacks if price is not None]
        return sum(prices, Decimal(0)) if len(prices) == len(self.stacks) else None

    @property
    def titles(self) -> tuple[str, ...]:
        """What stays, the dearest first."""
        return tuple(title for title, _ in self._dear)

    @property
    def _dear(self) -> list[tuple[str, Decimal | None]]:
        return sorted(self.stacks, key=lambda stack: -(stack[1] or 0))

    def __str__(self) -> str:
        """Return what stays, what it costs, and both ways on."""
        return (
            f"{self._costs()} Deploy again to continue with it, or delete it: solarrally destroy "
            f"{self.site}."
        )

    def _costs(self) -> str:
        monthly = self.monthly_usd
        if monthly is None:
            return f"What was created stays: {self.shares}"
        most = "at least" if self.at_least else "about"
        return (
            f"What was created stays. Unused, it costs {most} ${monthly:,.0f} a month at list "
            f"prices: {self.shares}"
        )

    @property
    def shares(self) -> str:
        """Return what stays, and what share of the price each part has."""
        if self.monthly_usd is None:
            return f"{', '.join(self.titles)}. What it costs is not known."
        dear = self._dear
        named = [f"{title} ${price:,.0f}" for title, price in dear if price and price >= _NAMED]
        if rest := len(dear) - len(named):
            named.append(f"{rest} {'other' if named else 'stacks'} less than $1 each")
        return f"{', '.join(named)}."


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a run."""

    exit_code: Exit
    summary: str
    cause: Plain | None = None
    outputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    kept: tuple[Kept, ...] = ()
    warnings: tuple[Plain, ...] = ()
    """What the site does without, and why."""
    stuck: tuple[str, ...] = ()
    """Resources, as STACK/RESOURCE, without which the next run continues where they are named."""
    unfinished: Unfinished | None = None
    """What stays, and costs, of a site that is not complete."""
    changed: bool = True
    """False when everything was already as it should be."""


def refused(error: AwsError, *, changed: bool = False) -> Outcome:
    """Return the result of a run that another one kept from its work."""
    plain = error.plain
    return Outcome(Exit.REFUSED, plain.what, plain, changed=changed)
