"""Sign-in with IAM Identity Center by its device flow. Nothing is written to disk.

These calls need no credentials and change nothing in an account, so a read-only session makes
them too. They bypass the door, which belongs to one account.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.keys import Keys, Secret
from solarrally_tui.aws.pool import DaemonPool

CLIENT: Final = "solarrally"
_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
_SLOWER_SECONDS: Final = 5.0
"""RFC 8628, section 3.5: what slow_down adds to the interval."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a person does in a browser, on any device."""

    url: str
    code: str
    url_with_code: str
    expires_seconds: float


@dataclass(frozen=True, slots=True)
class AccountRole:
    """A role that the signed-in person may use in an account."""

    account: str
    account_name: str
    role: str


class DeviceSignIn:
    """One sign-in. Every method raises AwsError."""

    def __init__(self, start_url: str, region: str) -> None:
        self._start_url = start_url
        self._region = region
        self._pool = DaemonPool(2, "sign-in")
        self._client: tuple[str, Secret] = ("", Secret(""))
        self._device = Secret("")
        self._every = 5.0
        self._token = Secret("")

    async def start(self) -> Invitation:
        """Register this program and return the code to show."""
        client = await self._call(
            "sso-oidc", "register_client", clientName=CLIENT, clientType="public"
        )
        self._client = (client["clientId"], Secret(client["clientSecret"]))
        device = await self._call(
            "sso-oidc",
            "start_device_authorization",
            clientId=self._client[0],
            clientSecret=self._client[1].reveal(),
            startUrl=self._start_url,
        )
        self._device = Secret(device["deviceCode"])
        self._every = float(device.get("interval") or self._every)
        url = device["verificationUri"]
        return Invitation(
            url,
            device["userCode"],
            device.get("verificationUriComplete") or url,
            float(device["expiresIn"]),
        )

    async def wait(self) -> None:
        """Wait until the person has approved the sign-in in the browser."""
        every = self._every
        while not self._token:
            try:
                response = await self._call(
                    "sso-oidc",
                    "create_token",
                    clientId=self._client[0],
                    clientSecret=self._client[1].reveal(),
                    grantType=_GRANT,
                    deviceCode=self._device.reveal(),
                )
            except AwsError as error:
                if error.code == "SlowDownException":
                    every += _SLOWER_SECONDS
                elif error.code != "AuthorizationPendingException":
                    raise
                await asyncio.sleep(every)
                continue
            self._token = Secret(response["accessToken"])

    async def roles(self) -> tuple[AccountRole, ...]:
        """Return what the person may use, by account and role."""
        token = self._token.reveal()
        accounts = await self._items("list_accounts", "accountList", accessToken=token)
        roles = [
            AccountRole(account["accountId"], account.get("accountName", ""), role["roleName"])
            for account in accounts
            for role in await self._items(
                "list_account_roles", "roleList", accessToken=token, accountId=account["accountId"]
            )
        ]
        return tuple(sorted(roles, key=lambda role: (role.account_name, role.account, role.role)))

    async def keys(self, role: AccountRole) -> Keys:
        """Return temporary keys of a role."""
        response = await self._call(
            "sso",
            "get_role_credentials",
            roleName=role.role,
            accountId=role.account,
            accessToken=self._token.reveal(),
        )
        credentials = response["roleCredentials"]
        expires = datetime.fromtimestamp(credentials["expiration"] / 1000, UTC)
        return Keys(
            credentials["accessKeyId"],
            Secret(credentials["secretAccessKey"]),
            Secret(credentials["sessionToken"]),
            expires,
            "sso",
        )

    def close(self) -> None:
        """Forget everything."""
        self._pool.shutdown(cancel_futures=True)

    async def _items(self, operation: str, key: str, **params: Any) -> list[Any]:
        page = await self._call("sso", operation, **params)
        items = list(page.get(key) or [])
        while page.get("nextToken"):
            page = await self._call("sso", operation, **params, nextToken=page["nextToken"])
            items += page.get(key) or []
        return items

    async def _call(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        from solarrally_tui.aws.session import ask_unsigned  # noqa: PLC0415 boto3 is slow to import

        return await asyncio.get_running_loop().run_in_executor(
            self._pool, lambda: ask_unsigned(service, operation, self._region, params)
        )
