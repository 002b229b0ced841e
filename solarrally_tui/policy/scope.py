"""Whom a policy is for: one site or all of an account, and the names that AWS gives its things."""

from dataclasses import dataclass
from typing import Final

from solarrally_tui.policy import blueprint_needs
from solarrally_tui.site.names import stack_name

KEPT_OF_STACK_NAME: Final = 24
"""Characters of a stack's name that every generated name of 63 or more characters keeps.

CloudFormation shares what is left beside a random part of 13 characters and a hyphen fairly
between the names of stack and resource (cloudformation-cli-java-plugin, IdentifierUtils).
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a policy covers."""

    site: str = ""
    """Empty: every site of the account."""
    partition: str = "aws"
    account: str = "*"
    only_named: frozenset[str] = frozenset()
    """Actions that are asked about named things only, whatever arn_patterns.EVERYWHERE says."""

    @property
    def exact(self) -> str:
        """How things that carry the site's bare name are called."""
        return f"solarrally-{self.site}" if self.site else "solarrally-*"

    @property
    def name(self) -> str:
        """A pattern of the names that CloudFormation makes for things of the site's stacks."""
        beginning = f"solarrally-{self.site}-" if self.site else "solarrally-"
        return f"{beginning[:KEPT_OF_STACK_NAME]}*"

    @property
    def stacks(self) -> tuple[str, ...]:
        """The names of the site's stacks, or one pattern of them all."""
        if not self.site:
            return ("solarrally-*",)
        return tuple(stack_name(self.site, stack) for stack in blueprint_needs.STACKS)

    @property
    def service_role(self) -> str:
        """The name of the role that CloudFormation works with."""
        return f"solarrally-{self.site or '*'}-cloudformation"

    @property
    def service_policies(self) -> tuple[str, ...]:
        """Patterns of the names of that role's policies, numbered from 1 to 10, and of no other."""
        return f"{self.service_role}-?", f"{self.service_role}-10"

    def arn(self, rest: str, **values: str) -> str:
        """Return an ARN from what follows its partition, with the scope's names filled in."""
        filled = rest.format(account=self.account, exact=self.exact, name=self.name, **values)
        return f"arn:{self.partition}:{filled}"
