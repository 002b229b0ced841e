"""A role of one site with exactly the managed policies that solarrally gives it."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from solarrally_tui.policy.document import Policy
from solarrally_tui.policy.scope import Scope
from solarrally_tui.provisioning.identities import managed_policy
from solarrally_tui.provisioning.identities.iam_retry import until_consistent
from solarrally_tui.provisioning.identities.iam_role import Role, Trust

ATTACHABLE: Final = 10
"""Managed policies that a role can have (IAM quotas)."""


@dataclass(frozen=True, slots=True)
class ManagedRole:
    """The role and its policies, whether they exist or not."""

    role: Role
    scope: Scope
    description: str
    policy_name: str
    """The name of its policies, but for a hyphen and a number at the end."""
    policies: Sequence[Policy]

    async def bring(self, trust: Trust, boundary: str | None) -> tuple[str, ...]:
        """Bring role and policies to what they should be; return the names of what changed.

        boundary: ARN of a permissions boundary, empty for none, None to leave it as it is.
        Safe to repeat. Raises AwsError.
        """
        changed: list[str] = []  # kept across attempts: one that failed may have changed something

        async def attempt() -> None:
            await self._bring(trust, boundary, changed)

        await until_consistent(attempt)
        return tuple(dict.fromkeys(changed))

    async def delete(self) -> bool:
        """Delete role and policies, also incomplete ones; return whether anything existed.

        Raises ForeignResourceError for those of somebody else, and AwsError.
        """
        await self.role.refuse_foreign(self.scope.site)
        for policy in await self.role.attached():
            await self.role.detach(policy)
        role_existed = await self.role.delete()
        numbered = (self._arn(f"{self.policy_name}-{n}") for n in range(1, ATTACHABLE + 1))
        policies_existed = await asyncio.gather(
            *(managed_policy.delete(self.role.door, arn, self.scope.site) for arn in numbered)
        )
        return role_existed or any(policies_existed)

    async def _bring(self, trust: Trust, boundary: str | None, changed: list[str]) -> None:
        site, role = self.scope.site, self.role
        if await role.ensure(site, trust, boundary, self.description):
            changed.append(role.name)
        wanted = {self._arn(policy.name): policy for policy in self.policies}
        were_changed = await asyncio.gather(
            *(
                managed_policy.ensure(role.door, arn, policy, site, role.path)
                for arn, policy in wanted.items()
            )
        )
        pairs = zip(wanted.values(), were_changed, strict=True)
        changed += [policy.name for policy, was_changed in pairs if was_changed]
        if await self._attach_only(set(wanted)):
            changed.append(role.name)

    async def _attach_only(self, wanted: set[str]) -> bool:
        """Attach what is missing, and delete those of ours that an earlier version needed.

        Policies that an operator attached are left alone.
        """
        role, attached = self.role, set(await self.role.attached())
        ours = re.compile(re.escape(self._arn(self.policy_name)) + r"-\d+")
        surplus = {arn for arn in attached - wanted if ours.fullmatch(arn)}
        for arn in sorted(wanted - attached):
            await role.attach(arn)
        for arn in surplus:
            await role.detach(arn)
            await managed_policy.delete(role.door, arn, self.scope.site)
        return bool(surplus or wanted - attached)

    def _arn(self, policy: str) -> str:
        return self.scope.arn(f"iam::{{account}}:policy{self.role.path}{policy}")
