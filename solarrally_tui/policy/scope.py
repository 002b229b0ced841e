"""What a policy covers: one site or all of an account, and the names of their resources."""

from dataclasses import dataclass
from typing import Final

from solarrally_tui.policy import blueprint_needs
from solarrally_tui.site.names import stack_name

KEPT_OF_STACK_NAME: Final = 24
"""Characters of a stack's name that every generated name of 63 or more characters keeps.

Beside a random part of 13 characters and a hyphen, CloudFormation divides the length evenly between
the names of stack and resource (cloudformation-cli-java-plugin, IdentifierUtils).
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a policy covers."""

    site: str = ""
    """Empty for every site of the account."""
    partition: str = "aws"
    account: str = "*"
    only_named: frozenset[str] = frozenset()
    """Actions that are limited to names although arn_patterns.EVERYWHERE has them."""

    @property
    def exact(self) -> str:
        """The name of resources that are named after the site alone."""
        return f"solarrally-{self.site}" if self.site else "solarrally-*"

    @property
    def name(self) -> str:
        """A pattern of the names that CloudFormation generates for the site's resources."""
        beginning = f"solarrally-{self.site}-" if self.site else "solarrally-"
        return f"{beginning[:KEPT_OF_STACK_NAME]}*"

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

    def arn(self, rest: str, **values: str) -> str:
        """Return an ARN from what follows its partition, with the scope's names filled in."""
        filled = rest.format(account=self.account, exact=self.exact, name=self.name, **values)
        return f"arn:{self.partition}:{filled}"
