"""What experiments work with: a door, a name of their own, roles for a moment, and notes."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from solarrally_tui.aws.door import Door, Identity
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.keys import Keys, Secret
from solarrally_tui.aws.poll import StillWaitingError, poll
from solarrally_tui.proofs.observation import Observation
from solarrally_tui.site.names import PROOF

PATH: Final = f"/{PROOF}/"
"""Of the roles and policies in IAM, by which they are found again."""
ATTRIBUTE: Final = "proof"
"""Attribute of the things that experiments register."""
SPREAD_SECONDS: Final = 90.0
"""How long IAM may take until a new role or policy counts everywhere (IAM user guide, "Changes that
I make are not always immediately visible", names no time)."""
_EVERY: Final = 3.0

Statement = Mapping[str, Any]


@dataclass(slots=True)
class Bench:
    """One experiment under way. Everything that it creates has its name, path or attribute."""

    door: Door
    identity: Identity
    name: str
    """PROOF and some digits. No other experiment has it."""
    site: str = ""
    """A deployed site, for experiments that need one."""
    report: Callable[[Observation], None] = lambda _: None
    observations: list[Observation] = field(default_factory=list)

    def note(self, expected: str, saw: str, *, holds: bool | None) -> None:
        """Note one thing that was expected, and what was seen."""
        self.observations.append(Observation(expected, " ".join(saw.split()), holds))
        self.report(self.observations[-1])

    def arn(self, service: str, resource: str, *, is_global: bool = False) -> str:
        """Return an ARN in the account."""
        region = "" if is_global else self.door.region
        who = self.identity
        return f"arn:{who.partition}:{service}:{region}:{who.account}:{resource}"

    async def role(
        self,
        suffix: str,
        *statements: Statement,
        boundary: str = "",
        principal: Mapping[str, str] | None = None,
    ) -> str:
        """Create a role with some statements; return its ARN. Raises AwsError.

        principal: who may assume it; None for this account.
        """
        name = f"{self.name}-{suffix}"
        created = await self.door.call(
            "iam",
            "create_role",
            RoleName=name,
            Path=PATH,
            AssumeRolePolicyDocument=trusting(principal or self.account),
            MaxSessionDuration=3600,
            **({"PermissionsBoundary": boundary} if boundary else {}),
        )
        if statements:
            await self.door.call(
                "iam",
                "put_role_policy",
                RoleName=name,
                PolicyName="proof",
                PolicyDocument=json.dumps(document(*statements)),
            )
        return str(created["Role"]["Arn"])

    @property
    def account(self) -> dict[str, str]:
        """The account as a principal."""
        return {"AWS": self.arn("iam", "root", is_global=True)}

    async def thing(self, name: str) -> None:
        """Create a thing that is found again. Raises AwsError."""
        payload = {"attributes": {ATTRIBUTE: "true"}}
        await self.door.call("iot", "create_thing", thingName=name, attributePayload=payload)

    async def managed(self, suffix: str, document: Mapping[str, Any]) -> str:
        """Create a managed policy; return its ARN. Raises AwsError."""
        created = await self.door.call(
            "iam",
            "create_policy",
            PolicyName=f"{self.name}-{suffix}",
            Path=PATH,
            PolicyDocument=json.dumps(document),
        )
        return str(created["Policy"]["Arn"])

    @asynccontextmanager
    async def acting(self, suffix: str, *statements: Statement) -> AsyncIterator[Door]:
        """Create a role with some statements, and yield a door that has its permissions.

        Raises AwsError, and StillWaitingError where the role cannot be assumed.
        """
        async with self.assumed(await self.role(suffix, *statements)) as door:
            yield door

    @asynccontextmanager
    async def assumed(self, arn: str) -> AsyncIterator[Door]:
        """Yield a door with the permissions of a role. Raises AwsError, StillWaitingError."""

        async def attempt() -> dict[str, Any] | None:
            try:
                return await self.door.call(
                    "sts", "assume_role", RoleArn=arn, RoleSessionName=PROOF, DurationSeconds=900
                )
            except AwsError as error:
                if error.kind is Kind.DENIED:  # IAM may not know it everywhere yet
                    return None
                raise

        given = (await poll(attempt, every=_EVERY, limit=SPREAD_SECONDS))["Credentials"]
        secret, token = Secret(given["SecretAccessKey"]), Secret(given["SessionToken"])
        keys = Keys(given["AccessKeyId"], secret, token)
        async with await Door.open(self.door.region, keys=keys) as door:
            yield door


def document(*statements: Statement) -> dict[str, Any]:
    """Return a policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def trusting(principal: Mapping[str, str]) -> str:
    """Return the trust policy of a role as JSON."""
    return json.dumps(
        document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})
    )


async def refused(call: Awaitable[Any]) -> AwsError | None:
    """Make a call that should be denied; return how, or None where it was allowed.

    Raises AwsError for everything else.
    """
    try:
        await call
    except AwsError as error:
        if error.kind is not Kind.DENIED:
            raise
        return error
    return None


async def allowed(call: Callable[[], Awaitable[Any]]) -> AwsError | None:
    """Make a call until it is allowed; return None then, and the last refusal where it never is.

    Raises AwsError for everything else.
    """
    last: list[AwsError] = []

    async def attempt() -> bool | None:
        denied = await refused(call())
        if denied is None:
            return True
        last.append(denied)
        return None

    try:
        await poll(attempt, every=_EVERY, limit=SPREAD_SECONDS)
    except StillWaitingError:
        return last[-1]
    return None


async def within(seconds: float, happens: Callable[[], bool]) -> float | None:
    """Return after how many seconds something happens; None where it does not in that time."""
    clock = asyncio.get_running_loop().time
    begun = clock()
    while clock() - begun < seconds:
        if happens():
            return clock() - begun
        await asyncio.sleep(0.05)
    return None
