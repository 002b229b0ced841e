"""The role that CloudFormation works with, so that a deployment outlives the operator's session."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from solarrally_tui.aws.door import Door
from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.policy import service_role as permissions
from solarrally_tui.policy.document import Policy
from solarrally_tui.policy.scope import Scope
from solarrally_tui.provisioning.identities.iam_retry import retry_while
from solarrally_tui.provisioning.identities.iam_role import Role, boundary_of
from solarrally_tui.provisioning.identities.managed_role import ManagedRole

T = TypeVar("T")

SETTLE_SECONDS: Final = 120.0
"""How long CloudFormation may take to see a new role, mostly some seconds (IAM user guide, "Changes
that I make are not always immediately visible")."""

_ZONE: Final = "HostedZoneId"

_NOT_ASSUMABLE: Final = "is invalid or cannot be assumed"


@dataclass(frozen=True, slots=True)
class ServiceRole:
    """The service role of one site, whether it exists or not."""

    door: Door
    scope: Scope

    @classmethod
    async def of(cls, door: Door, site: str) -> "ServiceRole":
        """Return the role of a site in the account and the Region of the door. Raises AwsError."""
        identity = await door.identity()
        return cls(door, Scope(site, identity.partition, identity.account, door.region))

    @property
    def arn(self) -> str:
        """The role's ARN."""
        return self.scope.arn(f"iam::{{account}}:role/{self.role.name}")

    @property
    def role(self) -> Role:
        """The role itself."""
        return Role(self.door, self.scope.service_role)

    async def ensure(self, boundary: str | None, zones: Iterable[str] = ()) -> tuple[str, ...]:
        """Bring role and policies to what the blueprints need; return the names that changed.

        boundary: ARN of a permissions boundary, empty for none, None to leave it as it is.
        zones: hosted zones whose records the site has or had; none where they are not known.
        Raises AwsError.
        """
        present = await self.role.find() if boundary is None else None
        bound = boundary_of(present) if boundary is None else boundary
        policies = permissions.policies(
            replace(self.scope, boundary=bound, zones=tuple(sorted({*zones})))
        )
        return await self._managed(policies).bring(lambda _: permissions.TRUST, boundary)

    async def delete(self) -> bool:
        """Delete role and policies, also incomplete ones; return whether anything existed.

        Raises AwsError.
        """
        return await self._managed(()).delete()

    def _managed(self, policies: Sequence[Policy]) -> ManagedRole:
        return ManagedRole(
            role=self.role,
            scope=self.scope,
            description=f"Lets CloudFormation deploy the SolarRally site {self.scope.site}.",
            policy_name=self.role.name,
            policies=policies,
        )


async def zones_of(stacks: SiteStacks) -> set[str]:
    """Return the hosted zones that stacks of a site have records in. Raises AwsError."""
    asked = [item.id for item in CATALOGUE if f"{_ZONE}:" in item.template()]
    given = await asyncio.gather(*(stacks.parameters(id_) for id_ in asked))
    return {parameters[_ZONE] for parameters in given if parameters.get(_ZONE)}


async def retry_until_assumable(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call with the role, again while CloudFormation cannot assume it yet.

    Raises AwsError, also where it still cannot after SETTLE_SECONDS.
    """
    return await retry_while(lambda error: _NOT_ASSUMABLE in error.message, call, SETTLE_SECONDS)
