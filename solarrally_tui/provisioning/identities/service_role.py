"""The role that CloudFormation works with, so that a deployment outlives the operator's session."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from solarrally_tui.aws.door import Door
from solarrally_tui.policy import service_role as permissions
from solarrally_tui.policy.scope import Scope
from solarrally_tui.provisioning.identities.iam_retry import retry_while
from solarrally_tui.provisioning.identities.iam_role import Role
from solarrally_tui.provisioning.identities.managed_role import ManagedRole

T = TypeVar("T")

SETTLE_SECONDS: Final = 120.0
"""How long CloudFormation may take to see a new role, mostly some seconds (IAM user guide, "Changes
that I make are not always immediately visible")."""

_NOT_ASSUMABLE: Final = "is invalid or cannot be assumed"


@dataclass(frozen=True, slots=True)
class ServiceRole:
    """The service role of one site, whether it exists or not."""

    door: Door
    scope: Scope

    @classmethod
    async def of(cls, door: Door, site: str) -> "ServiceRole":
        """Return the role of a site in the account of the door. Raises AwsError."""
        identity = await door.identity()
        return cls(door, Scope(site, identity.partition, identity.account))

    @property
    def arn(self) -> str:
        """The role's ARN."""
        return self.scope.arn(f"iam::{{account}}:role/{self.role.name}")

    @property
    def role(self) -> Role:
        """The role itself."""
        return Role(self.door, self.scope.service_role)

    async def ensure(self, boundary: str | None) -> tuple[str, ...]:
        """Bring role and policies to what the blueprints need; return the names that changed.

        boundary: ARN of a permissions boundary, empty for none, None to leave it as it is.
        Raises AwsError.
        """
        managed = self._managed(with_policies=True)
        return await managed.bring(lambda _: permissions.TRUST, boundary)

    async def delete(self) -> bool:
        """Delete role and policies, also incomplete ones; return whether anything existed.

        Raises AwsError.
        """
        return await self._managed(with_policies=False).delete()

    def _managed(self, *, with_policies: bool) -> ManagedRole:
        return ManagedRole(
            role=self.role,
            scope=self.scope,
            description=f"Lets CloudFormation deploy the SolarRally site {self.scope.site}.",
            policy_name=self.role.name,
            policies=permissions.policies(self.scope) if with_policies else (),
        )


async def retry_until_assumable(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call with the role, again while CloudFormation cannot assume it yet.

    Raises AwsError, also where it still cannot after SETTLE_SECONDS.
    """
    return await retry_while(lambda error: _NOT_ASSUMABLE in error.message, call, SETTLE_SECONDS)
