"""What a policy covers: one site or all of an account, and the names of their resources."""

from dataclasses import dataclass
from typing import Any

from solarrally_tui.policy import arn_patterns, blueprint_needs
from solarrally_tui.site.names import GLOBAL_REGION, stack_name


@dataclass(frozen=True, slots=True)
class Scope:
    """What a policy covers."""

    site: str = ""
    """Empty for every site of the account."""
    partition: str = "aws"
    account: str = "*"
    region: str = ""
    """The Region of the site; empty for every Region."""
    zones: tuple[str, ...] = ()
    """The hosted zones whose records the site has; empty for every zone."""
    boundary: str = ""
    """ARN of the permissions boundary that every role must have; empty for none."""
    only_named: frozenset[str] = frozenset()
    """Actions that are limited to names although arn_patterns.EVERYWHERE has them."""

    @property
    def exact(self) -> str:
        """The name of resources that are named after the site alone."""
        return f"solarrally-{self.site}" if self.site else "solarrally-*"

    @property
    def stacks(self) -> tuple[str, ...]:
        """The names of the site's stacks, or a pattern of all."""
        if not self.site:
            return ("solarrally-*",)
        return tuple(stack_name(self.site, stack) for stack in blueprint_needs.STACKS)

    @property
    def service_role(self) -> str:
        """The name of CloudFormation's service role."""
        return f"solarrally-{self.site or '*'}-cloudformation"

    @property
    def service_policies(self) -> tuple[str, ...]:
        """Patterns of the names of that role's policies, which are numbered from 1 to 10."""
        return f"{self.service_role}-?", f"{self.service_role}-10"

    @property
    def service_policy_arns(self) -> tuple[str, ...]:
        """Patterns of the ARNs of that role's policies."""
        return tuple(self.arn(f"iam::{{account}}:policy/{name}") for name in self.service_policies)

    @property
    def regions(self) -> tuple[str, ...]:
        """The Regions that the site uses; empty for every Region.

        CloudFront, IAM, Route 53 and the other global services are called in us-east-1.
        """
        return tuple(sorted({self.region, GLOBAL_REGION})) if self.region else ()

    def generated(self, placeholder: str) -> tuple[str, ...]:
        """Return patterns of the names that CloudFormation generates; see arn_patterns.GENERATED.

        They begin with the name of a stack.
        """
        if not self.site:
            return ("solarrally-*",)
        type_, _ = arn_patterns.GENERATED[placeholder]
        stacks = [
            one for one in blueprint_needs.STACKS if blueprint_needs.logical_ids(type_, (one,))
        ]
        return tuple(sorted(f"{stack_name(self.site, stack)}-*" for stack in stacks))

    def arns(self, rest: str, **values: str) -> list[str]:
        """Return the ARNs behind what follows the partition, with the scope's names filled in."""
        known: dict[str, tuple[str, ...]] = {
            "account": (self.account,),
            "exact": (self.exact,),
            "site": (self.site or "*",),
            "underscored": (self.exact.replace("-", "_"),),
            "stack": self.stacks,
            "zone": self.zones or ("*",),
        }
        filled: list[dict[str, Any]] = [{}]
        for name in [name for name in {*known, *arn_patterns.GENERATED} if f"{{{name}}}" in rest]:
            choices = known[name] if name in known else self.generated(name)
            filled = [{**one, name: choice} for one in filled for choice in choices]
        return [f"arn:{self.partition}:{rest.format(**one, **values)}" for one in filled]

    def arn(self, rest: str) -> str:
        """Return the only ARN behind what follows the partition."""
        (arn,) = self.arns(rest)
        return arn


def overlaps(one: str, other: str) -> bool:
    """Whether policies of two different sites reach each other's resources.

    So it is where one's name is the other's and the name of a stack: the stacks of sunny-data begin
    as what CloudFormation names in the stack data of sunny. The policies of the service role are
    named in the same way.
    """
    ours, theirs = (
        [f"{name}-" for name in (*Scope(site).stacks, Scope(site).service_role)]
        for site in (one, other)
    )
    return any(a.startswith(b) or b.startswith(a) for a in ours for b in theirs)
