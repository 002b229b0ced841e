"""What a scenario consists of: facts of the account, and what AWS refuses in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Given = Mapping[str, Any]
"""Parameters of a call, or properties of a resource; RDS, ELB and WAF name both alike."""


def _always(_given: Given) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One thing that AWS refuses: a call, and the resource of a stack that needs this call."""

    calls: tuple[str, ...] = ()
    """`service.Operation`, or `service.*`."""
    code: str = ""
    """Error code of the call."""
    status: int = 400
    message: str
    """AWS's words for the call. `{account}` is the account's number."""
    kinds: tuple[str, ...] = ()
    """Resource types that CloudFormation cannot create for the same reason."""
    in_stack: str = ""
    """The reason that CloudFormation gives for a resource, in its own form."""
    when: Callable[[Given], bool] = _always
    """Whether these parameters, or properties, are refused."""
    source: str
    """Where AWS or a public report has these words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountScenario:
    """A kind of account that people deploy to."""

    id: str
    """What `--scenario` takes."""
    free_plan: bool = False
    member: bool = False
    """Whether another account of an organization pays."""
    regions_off: frozenset[str] = frozenset()
    """Regions that the account has not enabled."""
    quotas: Mapping[str, float] = field(default_factory=dict)
    """Values of quotas by their codes, where they are not AWS's defaults."""
    refusals: tuple[Refusal, ...] = ()
