"""The role that CloudFormation works with, so that a deployment outlives the operator's session."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.poll import StillWaitingError, poll
from solarrally_tui.policy import service_role as permissions
from solarrally_tui.policy.scope import Scope
from solarrally_tui.provisioning.identities import managed_policy
from solarrally_tui.provisioning.identities.iam_role import Role

T = TypeVar("T")

ATTACHABLE: Final = 10
"""Managed policies that a role takes (IAM quotas)."""

SETTLE_SECONDS: Final = 120.0
"""How long CloudFormation may take to see a new role, mostly some seconds (IAM user guide, "Changes
that I make are not always immediately visible")."""

_CONTRADICTED_SECONDS: Final = 30.0

_NOT_ASSUMED: Final = "is invalid or cannot be assumed"
_CONTRADICTIONS: Final = frozenset({Kind.NOT_FOUND, Kind.EXISTS})
_COLLISIONS: Final = frozenset({"ConcurrentModification", "ConcurrentModificationException"})


@dataclass(frozen=True, slots=True)
class ServiceRole:
    """The service role of one site, whether it is there or not."""

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
        """The role as one of the account's."""
        return Role(self.door, self.scope.service_role)

    async def ensure(self, boundary: str | None) -> tuple[str, ...]:
        """Bring role and policies to what the blueprints need; return the names that changed.

        boundary: ARN of a permissions boundary, empty for none, None to leave it as it is.
        Repeated for a bounded time while IAM contradicts itself, as it does for a while after a
        change, also one by another run. Raises AwsError.
        """
        changed: list[str] = []
        await patiently(lambda: self._bring(boundary, changed), _contradicts, _CONTRADICTED_SECONDS)
        return tuple(dict.fromkeys(changed))

    async def remove(self) -> bool:
        """Delete role and policies, also half made; return whether anything was there.

        Raises AwsError.
        """
        for policy in await self.role.attached():
            await self.role.detach(policy)
        gone = [await self.role.delete()]
        own = (self._policy(f"{self.role.name}-{n}") for n in range(1, ATTACHABLE + 1))
        gone += await asyncio.gather(*(managed_policy.remove(self.door, each) for each in own))
        return any(gone)

    async def _bring(self, boundary: str | None, changed: list[str]) -> None:
        site, role = self.scope.site, self.role
        words = f"Lets CloudFormation deploy the SolarRally site {site}."
        if await role.ensure(site, permissions.TRUST, boundary, words):
            changed.append(role.name)
        wanted = {self._policy(each.name): each for each in permissions.policies(self.scope)}
        new = await asyncio.gather(
            *(managed_policy.ensure(self.door, arn, each, site) for arn, each in wanted.items())
        )
        changed += [each.name for each, made in zip(wanted.values(), new, strict=True) if made]
        if await self._attach_only(set(wanted)):
            changed.append(role.name)

    async def _attach_only(self, wanted: set[str]) -> bool:
        """Attach what is missing, and remove those of ours that an earlier version needed."""
        attached = set(await self.role.attached())
        surplus = {arn for arn in attached - wanted if self._own.fullmatch(arn)}
        for arn in sorted(wanted - attached):
            await self.role.attach(arn)
        for arn in surplus:
            await self.role.detach(arn)
            await managed_policy.remove(self.door, arn)
        return bool(surplus or wanted - attached)

    @property
    def _own(self) -> re.Pattern[str]:
        return re.compile(re.escape(self._policy(f"{self.role.name}-")) + r"\d+")

    def _policy(self, name: str) -> str:
        return self.scope.arn(f"iam::{{account}}:policy/{name}")


async def assumed(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call with the role, again while CloudFormation cannot assume it yet.

    Raises AwsError, also where it still cannot after SETTLE_SECONDS.
    """
    return await patiently(call, lambda error: _NOT_ASSUMED in error.message, SETTLE_SECONDS)


async def patiently(
    call: Callable[[], Awaitable[T]], passing: Callable[[AwsError], bool], limit: float
) -> T:
    """Make a call, again for limit seconds while its error is a passing one. Raises AwsError."""
    last: list[AwsError] = []

    async def attempt() -> tuple[T] | None:
        try:
            return (await call(),)
        except AwsError as error:
            if not passing(error):
                raise
            last[:] = [error]
            return None

    try:
        (result,) = await poll(attempt, every=1.0, slowest=5.0, limit=limit)
    except StillWaitingError:
        if last:
            raise last[0] from None
        raise
    return result


def _contradicts(error: AwsError) -> bool:
    return error.kind in _CONTRADICTIONS or error.code in _COLLISIONS
