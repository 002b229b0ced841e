"""One IAM role: created, corrected, given its policies, or deleted."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Kind, tolerate
from solarrally_tui.deployed.ownership import owner, refuse_foreign
from solarrally_tui.site.names import SITE_TAG

Document = Mapping[str, Any]
Trust = Callable[[Document | None], Document]
"""From the present trust policy of a role, None without one, to the one that it should have."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role by its name, whether it exists or not."""

    door: Door
    name: str
    path: str = "/"
    session_seconds: int = 3600
    """The longest session of a role that is created here."""

    async def ensure(self, site: str, trust: Trust, boundary: str | None, description: str) -> bool:
        """Create the role, or correct its trust and its boundary; return whether it changed.

        boundary: ARN of a permissions boundary, empty for none, None to leave it as it is.
        Raises ForeignResourceError for a role of somebody else, and AwsError.
        """
        role = await self.find()
        if role is None:
            await self._call(
                "create_role",
                AssumeRolePolicyDocument=json.dumps(trust(None)),
                Description=description,
                Tags=[{"Key": SITE_TAG, "Value": site}],
                Path=self.path,
                MaxSessionDuration=self.session_seconds,
                **({"PermissionsBoundary": boundary} if boundary else {}),
            )
            return True
        refuse_foreign(f"role {self.name}", site, owner(role.get("Tags")))
        retrusted = await self._correct_trust(role["AssumeRolePolicyDocument"], trust)
        return await self._correct_boundary(role, boundary) or retrusted

    async def find(self) -> dict[str, Any] | None:
        """Return the role as IAM describes it, or None. Raises AwsError."""
        response = await self.door.find("iam", "get_role", RoleName=self.name)
        role: dict[str, Any] | None = response and response["Role"]
        return role

    async def attached(self) -> list[str]:
        """Return the ARNs of the attached policies; none where there is no role.

        Raises AwsError.
        """
        with tolerate(Kind.NOT_FOUND):
            policies = await self.door.pages(
                "iam", "list_attached_role_policies", "AttachedPolicies", RoleName=self.name
            )
            return [policy["PolicyArn"] for policy in policies]
        return []

    async def attach(self, policy: str) -> None:
        """Attach a policy by its ARN. Raises AwsError."""
        await self._call("attach_role_policy", PolicyArn=policy)

    async def detach(self, policy: str) -> None:
        """Detach a policy by its ARN; one that is not attached is fine. Raises AwsError."""
        with tolerate(Kind.NOT_FOUND):
            await self._call("detach_role_policy", PolicyArn=policy)

    async def bind(self, boundary: str) -> None:
        """Give the role a permissions boundary by its ARN. Raises AwsError."""
        await self._call("put_role_permissions_boundary", PermissionsBoundary=boundary)

    async def refuse_foreign(self, site: str) -> None:
        """Raise ForeignResourceError where the role is not the site's, and AwsError."""
        if role := await self.find():
            refuse_foreign(f"role {self.name}", site, owner(role.get("Tags")))

    async def delete(self) -> bool:
        """Delete the role, to which nothing is attached; return whether it existed.

        Raises AwsError.
        """
        with tolerate(Kind.NOT_FOUND):
            await self._call("delete_role")
            return True
        return False

    async def _correct_trust(self, present: Document, trust: Trust) -> bool:
        wanted = trust(present)
        if present == wanted:
            return False
        await self._call("update_assume_role_policy", PolicyDocument=json.dumps(wanted))
        return True

    async def _correct_boundary(self, role: Document, wanted: str | None) -> bool:
        if wanted is None or wanted == boundary_of(role):
            return False
        if wanted:
            await self.bind(wanted)
        else:
            await self._call("delete_role_permissions_boundary")
        return True

    async def _call(self, operation: str, **params: Any) -> dict[str, Any]:
        return await self.door.call("iam", operation, RoleName=self.name, **params)


def boundary_of(role: Document | None) -> str:
    """Return the ARN of a role's permissions boundary, from its description; empty for none."""
    return str(((role or {}).get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn", ""))
