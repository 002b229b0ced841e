"""Makes the role that deploys one site, with exactly the policies that `policy deploy` prints."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from solarrally_tui.account import deployer_role as pure
from solarrally_tui.account.deployer_role import DeployerPlan
from solarrally_tui.account.preflight.checks import role_name as role_behind
from solarrally_tui.aws.door import Door, Identity
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.keys import AssumedRole, Keys, Secret
from solarrally_tui.policy import deploy
from solarrally_tui.policy.scope import Scope
from solarrally_tui.provisioning.identities import managed_policy
from solarrally_tui.provisioning.identities.iam_role import Role
from solarrally_tui.provisioning.identities.service_role import patiently

ROOT_CANNOT: Final = "RootCannotAssumeRoles"
_CONTRADICTED_SECONDS: Final = 30.0
_SEEN_SECONDS: Final = 40.0
_PASSING: Final = frozenset({Kind.NOT_FOUND, Kind.EXISTS})


@dataclass(frozen=True, slots=True)
class Deployer:
    """The deployer role of one site, whether it is there or not."""

    door: Door
    scope: Scope

    @classmethod
    async def of(cls, door: Door, site: str) -> "Deployer":
        """Return the role of a site in the account of the door. Raises AwsError."""
        identity = await door.identity()
        return cls(door, Scope(site, identity.partition, identity.account))

    @property
    def role(self) -> Role:
        """The role as one of the account's."""
        name = pure.role_name(self.scope.site)
        return Role(self.door, name, pure.PATH, pure.SESSION_SECONDS)

    async def plan(self) -> DeployerPlan:
        """Look at what there is and return what making the role would do. Reads only.

        Raises AwsError; its code is ROOT_CANNOT for the root user, whom AWS lets take no role.
        """
        identity = await self.door.identity()
        if identity.is_root:
            raise AwsError(
                ROOT_CANNOT, "Roles may not be assumed by root accounts.", "sts", "assume_role"
            )
        trusted = await self._principal(identity)
        serial, has_mfa = await self._mfa(trusted)
        key_id, _ = await self.door.credential_facts()
        return DeployerPlan(
            site=self.scope.site,
            account=identity.account,
            arn=self.scope.arn(f"iam::{{account}}:role{pure.PATH}{self.role.name}"),
            trusted=trusted,
            policies=tuple(each.name for each in deploy.policies(self.scope)),
            exists=await self.role.found() is not None,
            # A session has proved its MFA already, or cannot any more; a key can with each call.
            mfa_serial=serial if key_id.startswith("AKIA") else "",
            has_mfa=has_mfa,
        )

    async def make(self, plan: DeployerPlan) -> tuple[str, ...]:
        """Make the role or correct it, and return the names of what changed. Safe to repeat.

        Repeated for a bounded time while IAM contradicts itself. Raises AwsError.
        """
        changed: list[str] = []

        async def bring() -> None:
            await self._bring(plan, changed)

        await patiently(bring, lambda error: error.kind in _PASSING, _CONTRADICTED_SECONDS)
        return tuple(dict.fromkeys(changed))

    async def _bring(self, plan: DeployerPlan, changed: list[str]) -> None:
        site, role = self.scope.site, self.role
        found = await role.found()
        trust = pure.trust(
            found and found["AssumeRolePolicyDocument"], plan.trusted, mfa=plan.with_mfa
        )
        words = f"Deploys the SolarRally site {site} and nothing else."
        if await role.ensure(site, trust, None, words):
            changed.append(role.name)
        wanted = {self._policy(each.name): each for each in deploy.policies(self.scope)}
        new = await asyncio.gather(
            *(
                managed_policy.ensure(self.door, arn, each, site, pure.PATH)
                for arn, each in wanted.items()
            )
        )
        changed += [each.name for each, made in zip(wanted.values(), new, strict=True) if made]
        if await self._attach_only(set(wanted)):
            changed.append(role.name)

    async def _attach_only(self, wanted: set[str]) -> bool:
        """Attach what is missing, and remove those of ours that an earlier version needed."""
        attached = set(await self.role.attached())
        own = re.compile(re.escape(self._policy(f"solarrally-{self.scope.site}-deploy")) + r"-\d+")
        surplus = {arn for arn in attached - wanted if own.fullmatch(arn)}
        for arn in sorted(wanted - attached):
            await self.role.attach(arn)
        for arn in surplus:
            await self.role.detach(arn)
            await managed_policy.remove(self.door, arn)
        return bool(surplus or wanted - attached)

    def _policy(self, name: str) -> str:
        return self.scope.arn(f"iam::{{account}}:policy{pure.PATH}{name}")

    async def _principal(self, identity: Identity) -> str:
        """Return whom to trust: the user, or the role behind a session, with its path."""
        name = role_behind(identity.arn)
        if not name:
            return identity.arn
        found = await Role(self.door, name).found()
        return str(found["Arn"]) if found else identity.arn

    async def _mfa(self, principal: str) -> tuple[str, bool | None]:
        """Return the serial of a user's MFA device, and whether there is one, where AWS tells."""
        kind, _, rest = principal.split(":", 5)[-1].partition("/")
        if kind != "user":
            return "", None
        try:
            told = await self.door.pages(
                "iam", "list_mfa_devices", "MFADevices", UserName=rest.rsplit("/", 1)[-1]
            )
        except AwsError as error:
            if error.kind is Kind.DENIED:
                return "", None
            raise
        # A code is asked of devices that show one; passkeys cannot be used with AssumeRole.
        codes = [str(each["SerialNumber"]) for each in told if ":mfa/" in each["SerialNumber"]]
        return (codes[0] if codes else ""), bool(codes)


async def take(door: Door, role: AssumedRole, serial: str, code: Secret) -> Keys:
    """Take the role once with a code of an MFA device. Raises AwsError."""
    return await patiently(
        lambda: door.take_with_code(role, serial, code), _not_seen_yet, _SEEN_SECONDS
    )


async def taken(identity: Callable[[], Awaitable[Identity]]) -> Identity:
    """Return who we are, once AWS lets us take a role that was made a moment ago.

    Raises AwsError.
    """
    return await patiently(identity, _not_seen_yet, _SEEN_SECONDS)


def _not_seen_yet(error: AwsError) -> bool:
    """Whether the role or its trust may not be known everywhere yet. A wrong code stays wrong."""
    return error.kind is Kind.DENIED and "MultiFactorAuthentication" not in error.message
