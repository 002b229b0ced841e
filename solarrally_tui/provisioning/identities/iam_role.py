"""One role of the account: made, corrected, given its policies, or removed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.site.names import SITE_TAG


@dataclass(frozen=True, slots=True)
class Role:
    """A role by its name, whether it is there or not."""

    door: Door
    name: str
    path: str = "/"
    session_seconds: int = 3600
    """The longest session of a role that is made here."""

    async def ensure(
        self, site: str, trust: Mapping[str, Any], boundary: str | None, description: str
    ) -> bool:
        """Make the role, or correct whom it trusts and what bounds it; return whether it changed.

        boundary: ARN of a permissions boundary, empty for none, None to leave it as it is.
        Raises AwsError.
        """
        found = await self.found()
        if found is None:
            bounded = {"PermissionsBoundary": boundary} if boundary else {}
            await self._call(
                "create_role",
                AssumeRolePolicyDocument=json.dumps(trust),
                Description=description,
                Tags=[{"Key": SITE_TAG, "Value": site}],
                Path=self.path,
                MaxSessionDuration=self.session_seconds,
                **bounded,
            )
            return True
        trusted = await self._trust(found, trust)
        return await self._bound(found, boundary) or trusted

    async def found(self) -> dict[str, Any] | None:
        """Return the role as IAM tells it, or None. Raises AwsError."""
        try:
            told = await self._call("get_role")
        except AwsError as error:
            if error.kind is Kind.NOT_FOUND:
                return None
            raise
        role: dict[str, Any] = told["Role"]
        return role

    async def attached(self) -> list[str]:
        """Return the ARNs of the attached policies; none where there is no role.

        Raises AwsError.
        """
        try:
            told = await self.door.pages(
                "iam", "list_attached_role_policies", "AttachedPolicies", RoleName=self.name
            )
        except AwsError as error:
            if error.kind is Kind.NOT_FOUND:
                return []
            raise
        return [each["PolicyArn"] for each in told]

    async def attach(self, policy: str) -> None:
        """Attach a policy by its ARN. Raises AwsError."""
        await self._call("attach_role_policy", PolicyArn=policy)

    async def detach(self, policy: str) -> None:
        """Detach a policy by its ARN; one that is not attached is fine. Raises AwsError."""
        await self._quietly("detach_role_policy", PolicyArn=policy)

    async def delete(self) -> bool:
        """Delete the role, to which nothing is attached; return whether it was there.

        Raises AwsError.
        """
        return await self._quietly("delete_role")

    async def _trust(self, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
        if found["AssumeRolePolicyDocument"] == wanted:
            return False
        await self._call("update_assume_role_policy", PolicyDocument=json.dumps(wanted))
        return True

    async def _bound(self, found: Mapping[str, Any], wanted: str | None) -> bool:
        now = (found.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn", "")
        if wanted is None or wanted == now:
            return False
        if wanted:
            await self._call("put_role_permissions_boundary", PermissionsBoundary=wanted)
        else:
            await self._call("delete_role_permissions_boundary")
        return True

    async def _quietly(self, operation: str, **params: Any) -> bool:
        try:
            await self._call(operation, **params)
        except AwsError as error:
            if error.kind is Kind.NOT_FOUND:
                return False
            raise
        return True

    async def _call(self, operation: str, **params: Any) -> dict[str, Any]:
        return await self.door.call("iam", operation, RoleName=self.name, **params)
