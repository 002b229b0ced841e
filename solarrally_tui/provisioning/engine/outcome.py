"""How a run ended, and its exit status."""

from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that destroy left in the account, with its price."""

    what: str
    identifier: str
    monthly_usd: Decimal | None
    """Price a month in USD; None where the price book has none."""


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
    changed: bool = True
    """False when everything was already as it should be."""


def refused(error: AwsError, *, changed: bool = False) -> Outcome:
    """Return the result of a run that another one kept from its work."""
    plain = error.plain
    return Outcome(Exit.REFUSED, plain.what, plain, changed=changed)
