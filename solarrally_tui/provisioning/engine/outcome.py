"""How a run ended, and its exit status."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum

from solarrally_tui.aws.errors import AwsError, Plain


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


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that destroy left in the account, with its price."""

    what: str
    identifier: str
    monthly_usd: Decimal | None
    """Price a month in USD; None where the price book has none."""
    end: str = ""
    """The command that deletes it; empty for what `destroy --delete-data` deletes."""

    @property
    def price(self) -> str:
        """The price in words."""
        known = self.monthly_usd
        return "price unknown" if known is None else f"{known:.2f} USD a month"


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
    changed: bool = True
    """False when everything was already as it should be."""


def refused(error: AwsError, *, changed: bool = False) -> Outcome:
    """Return the result of a run that another one kept from its work."""
    plain = error.plain
    return Outcome(Exit.REFUSED, plain.what, plain, changed=changed)
