"""The role that deploys one site, with exactly the policies that `policy deploy` prints."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from solarrally_tui.account import deployer_role as pure
from solarrally_tui.account.deployer_role import DeployerPlan
from solarrally_tui.account.preflight.checks import role_name as role_behind
from solarrally_tui.aws.door import Door, Identity
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.keys import AssumedRole, Keys, Secret
from solarrally_tui.policy import boundary, deploy
from solarrally_tui.policy.scope import Scope
from solarrally_tui.provisioning.identities import managed_policy
from solarrally_tui.provisioning.identities.iam_retry import retry_while, until_consistent
from solarrally_tui.provisioning.identities.iam_role import Document, Role, boundary_of
from solarrally_tui.provisioning.identities.managed_role import ManagedRole

ROOT_CANNOT: Final = "RootCannotAssumeRoles"
_SETTLE_SECONDS: Final = 40.0


@dataclass(frozen=True, slots=True)
class Deployer:
    """The deployer role of one site, whether it exists or not."""

    door: Door
    scope: Scope

    @classmethod
    async def of(cls, door: Door, site: str, region: str, bound: str = "") -> "Deployer":
        """Return the role of a site in the account of the door. Raises AwsError.

        region: of the site. bound: ARN of a permissions boundary that exists; empty for our own.
        """
        identity = await door.identity()
        scope = Scope(site, identity.partition, identity.account, region)
        return cls(door, replace(scope, boundary=bound or boundary.arn(scope)))

    @property
    def role(self) -> Role:
        """The role itself."""
        name = pure.role_name(self.scope.site)
        return Role(self.door, name, pure.PATH, pure.SESSION_SECONDS)

    async def plan(self) -> DeployerPlan:
        """Read what exists and return what creating the role would do. Changes nothing.

        Raises AwsError; its code is ROOT_CANNOT for the root user, whom AWS lets assume no role.
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
            policies=tuple(policy.name for policy in deploy.policies(self.scope)),
            region=self.scope.region,
            boundary=self.scope.boundary,
            exists=await self.role.find() is not None,
            # A session has proved its MFA already, or cannot any more; a key can with each call.
            mfa_serial=serial if key_id.startswith("AKIA") else "",
            has_mfa=has_mfa,
        )

    async def ensure(self, plan: DeployerPlan) -> tuple[str, ...]:
        """Create the role or correct it; return the names of what changed. Raises AwsError.

        With the boundary first, and last the roles that the site may have already: one without a
        boundary would lead around it.
        """

        def trust(present: Document | None) -> Document:
            return pure.trust(present, plan.trusted, mfa=plan.with_mfa)

        site = self.scope.site
        managed = ManagedRole(
            role=self.role,
            scope=self.scope,
            description=f"Deploys the SolarRally site {site}.",
            policy_name=f"solarrally-{site}-deploy",
            policies=deploy.policies(self.scope),
        )
        changed = (*await self._ensure_boundary(), *await managed.bring(trust, plan.boundary))
        return (*changed, *await self._bind_present_roles())

    async def _ensure_boundary(self) -> tuple[str, ...]:
        """Create or correct our own boundary; one that was given is left as it is."""
        if self.scope.boundary != boundary.arn(self.scope):
            return ()
        policy = boundary.policy(self.scope)

        async def attempt() -> bool:
            arn, site = self.scope.boundary, self.scope.site
            return await managed_policy.ensure(self.door, arn, policy, site, pure.PATH)

        return (policy.name,) if await until_consistent(attempt) else ()

    async def _bind_present_roles(self) -> tuple[str, ...]:
        """Give the boundary to roles that the site has without it."""
        site = self.scope.site
        listed = await self.door.pages(
            "iam", "list_roles", "Roles", PathPrefix=f"{pure.PATH}{site}/"
        )
        names = [self.scope.service_role, *(role["RoleName"] for role in listed)]
        bound: list[str] = []
        for role in (Role(self.door, name) for name in names):
            present = await role.find()
            if present and boundary_of(present) != self.scope.boundary:
                await role.refuse_foreign(site)
                await role.bind(self.scope.boundary)
                bound.append(role.name)
        return tuple(bound)

    async def _principal(self, identity: Identity) -> str:
        """Return whom to trust: the user, or the role behind a session, with its path."""
        name = role_behind(identity.arn)
        role = await Role(self.door, name).find() if name else None
        return str(role["Arn"]) if role else identity.arn

    async def _mfa(self, principal: str) -> tuple[str, bool | None]:
        """Return the serial of a user's MFA device, and whether one exists, where that is known."""
        kind, _, rest = principal.split(":", 5)[-1].partition("/")
        if kind != "user":
            return "", None
        try:
            devices = await self.door.pages(
                "iam", "list_mfa_devices", "MFADevices", UserName=rest.rsplit("/", 1)[-1]
            )
        except AwsError as error:
            if error.kind is Kind.DENIED:
                return "", None
            raise
        # A code is asked of devices that show one; passkeys cannot be used with AssumeRole.
        serials = [str(device["SerialNumber"]) for device in devices]
        codes = [serial for serial in serials if ":mfa/" in serial]
        return (codes[0] if codes else ""), bool(codes)


async def assume_with_code(door: Door, role: AssumedRole, serial: str, code: Secret) -> Keys:
    """Assume the role once with a code of an MFA device. Raises AwsError."""
    return await retry_while(
        _not_known_yet, lambda: door.take_with_code(role, serial, code), _SETTLE_SECONDS
    )


async def once_assumable(identity: Callable[[], Awaitable[Identity]]) -> Identity:
    """Return who we are, once AWS lets us assume a role that was created a moment ago.

    Raises AwsError.
    """
    return await retry_while(_not_known_yet, identity, _SETTLE_SECONDS)


def _not_known_yet(error: AwsError) -> bool:
    """Whether the role or its trust may not be known everywhere yet. A wrong code stays wrong."""
    return error.kind is Kind.DENIED and "MultiFactorAuthentication" not in error.message
