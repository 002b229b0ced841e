"""What a deployment would do to a site, as the preview found it. Frozen, and knows no AWS."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from solarrally_tui.aws.errors import Plain
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.glyphs import Signed


class Standing(Signed):
    """How a stack compares with the answers."""

    NEW = "new"
    UNCHANGED = "unchanged"
    CHANGES = "changes"
    UNKNOWN = "unknown"
    """It cannot be known yet; the stack's reason says why."""


class Doing(StrEnum):
    """What happens to one resource."""

    ADD = "add"
    CHANGE = "change"
    REPLACE = "replace"
    MAYBE = "maybe replace"
    REMOVE = "remove"
    LEAVE = "leave"
    """It leaves the stack but stays in the account."""


class Weight(Signed):
    """How much a person has to care."""

    DANGER = "danger"
    """Data would be lost."""
    PAUSE = "pause"
    """Something does not answer for a while, or gets another name."""
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change means for a person."""

    weight: Weight
    text: str
    """What happens, as a sentence or two."""


@dataclass(frozen=True, slots=True)
class Value:
    """A property of a resource or a parameter of a stack that changes."""

    name: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One resource that changes."""

    stack: str
    resource: str
    """Its logical id in the template."""
    type: str
    doing: Doing
    effect: Effect
    values: tuple[Value, ...] = ()
    because: tuple[str, ...] = ()
    """Logical ids that it refers to, where it is listed only because these change."""
    physical_id: str = ""
    """Empty for what does not exist yet, and where AWS was not asked."""
    certain: bool = True
    """False where only the templates were compared, and AWS was not asked."""

    @property
    def dangerous(self) -> bool:
        """Whether data would be lost."""
        return self.effect.weight is Weight.DANGER


@dataclass(frozen=True, slots=True)
class StackPlan:
    """One stack of the site."""

    id: str
    title: str
    standing: Standing
    changes: tuple[Change, ...] = ()
    parameters: tuple[Value, ...] = ()
    there: int = 0
    """How many resources it has now."""
    reason: str = ""
    """Why something cannot be known yet, as a sentence; empty where all is known."""


@dataclass(frozen=True, slots=True)
class CostChange:
    """One resource whose cost changes. USD a month; None where it is not known."""

    stack: str
    resource: str
    type: str
    monthly: Decimal | None
    services: tuple[tuple[str, Decimal], ...] = ()
    """The same by AWS's code of a service; empty where it is not known."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a deployment would do, as far as it can be known before."""

    site: str
    stacks: tuple[StackPlan, ...]
    builds: bool = False
    """Whether the application's images are rebuilt."""
    costs: tuple[CostChange, ...] = ()
    trouble: Plain | None = None
    """Why AWS was not asked for change sets, where it was not."""
    obstacles: tuple[Finding, ...] = ()
    """What would stop the deployment before anything is created."""
    warnings: tuple[str, ...] = ()
    """What to know before: what the change of a running site's domain means for those who use it,
    and what could not be checked."""

    @property
    def is_new(self) -> bool:
        """Whether nothing of the site exists yet."""
        return all(stack.standing is Standing.NEW for stack in self.stacks)

    @property
    def is_empty(self) -> bool:
        """Whether the account already matches the answers."""
        same = all(stack.standing is Standing.UNCHANGED for stack in self.stacks)
        return same and not self.builds

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes of resources, the ones that matter most first."""
        changes = (change for stack in self.stacks for change in stack.changes)
        return tuple(sorted(changes, key=lambda change: change.effect.weight.rank))

    @property
    def dangers(self) -> tuple[Change, ...]:
        """What would lose data."""
        return tuple(change for change in self.changes if change.dangerous)

    @property
    def monthly(self) -> Decimal | None:
        """How much more the site costs a month; None where that is not known."""
        known = [cost.monthly for cost in self.costs if cost.monthly is not None]
        return sum(known, Decimal(0)) if len(known) == len(self.costs) else None
