"""IAM Identity Center: a person signs in with the device flow and gets sessions of a role.

The operations of its OpenID Connect service and of its portal that the flow needs, as their API
references describe them. Nobody signs these calls: a token says who asks.
"""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Final

from ministack.services import sts

from solarrally_tui.simulator.loopback import client
from solarrally_tui.simulator.services.registry import Caller, Parameters, Result, operation
from solarrally_tui.simulator.settings import ACCOUNT_ID, HOME_REGION
from solarrally_tui.simulator.wire.responses import ApiError

START_URL: Final = "https://sunny-garage.awsapps.com/start"
"""The portal of the account's organization. Others have none here."""
PERSON: Final = "ada"
"""Who signs in: the user name, with which the sessions of the role are named."""
PERMISSION_SET: Final = "AdministratorAccess"
ROLE: Final = f"AWSReservedSSO_{PERMISSION_SET}_0123456789abcdef"
"""The name that Identity Center gives the role of a permission set (IAM Identity Center user guide,
Referencing permission sets in resource policies)."""
PATH: Final = "/aws-reserved/sso.amazonaws.com/"
SESSION_SECONDS: Final = 12 * 3600
"""The longest session that a permission set can have."""
_CODE_SECONDS: Final = 600
_ALPHABET: Final = "BCDFGHJKLMNPQRSTVWXZ"
_TRUST: Final = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": '
    '["sts:AssumeRoleWithSAML", "sts:TagSession"], "Principal": {"Federated": '
    f'"arn:aws:iam::{ACCOUNT_ID}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"}}}}]}}'
)


@dataclass(slots=True)
class _Device:
    """A program that waits until a person has signed in elsewhere."""

    user_code: str
    is_approved: bool = False


@dataclass(slots=True)
class IdentityCenter:
    """Who waits, and which tokens are valid. Not frozen: it is what changes."""

    portal: str = ""
    """Where a person confirms a code."""
    devices: dict[str, _Device] = field(default_factory=dict)
    """By their secret code."""
    tokens: set[str] = field(default_factory=set)

    def approve(self, user_code: str) -> dict[str, str]:
        """Confirm a code, as a person does in the browser. Raises ValueError for another."""
        waiting = [one for one in self.devices.values() if one.user_code == user_code]
        if not waiting:
            msg = f"No program waits with the code {user_code}."
            raise ValueError(msg)
        waiting[0].is_approved = True
        return {"signed_in": PERSON, "next": "Return to the terminal. You can close this page."}


CENTER: Final = IdentityCenter()
"""One for the process, as MiniStack's own state is."""


def install(endpoint_url: str) -> None:
    """Set where people confirm codes. The operations are declared by the import. Call once."""
    CENTER.portal = f"{endpoint_url}/_solarrally/device"


@operation("sso-oidc", "RegisterClient")
def register_client(_caller: Caller, _given: Parameters) -> Result:
    """Register a program."""
    ends = int(time.time()) + 90 * 86_400
    return {
        "clientId": secrets.token_urlsafe(12),
        "clientSecret": secrets.token_urlsafe(24),
        "clientIdIssuedAt": int(time.time()),
        "clientSecretExpiresAt": ends,
    }


@operation("sso-oidc", "StartDeviceAuthorization")
def start_device_authorization(_caller: Caller, given: Parameters) -> Result:
    """Give out a code that the person confirms in a browser."""
    if str(given.get("startUrl", "")).rstrip("/#") != START_URL:
        raise ApiError("InvalidRequestException", "Invalid start url provided")
    code = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(2))
    device = secrets.token_urlsafe(24)
    CENTER.devices[device] = _Device(code)
    return {
        "deviceCode": device,
        "userCode": code,
        "verificationUri": CENTER.portal,
        "verificationUriComplete": f"{CENTER.portal}/{code}",
        "expiresIn": _CODE_SECONDS,
        "interval": 1,
    }


@operation("sso-oidc", "CreateToken")
def create_token(_caller: Caller, given: Parameters) -> Result:
    """Exchange a code that was confirmed for a token."""
    device = CENTER.devices.get(str(given.get("deviceCode", "")))
    if device is None:
        raise ApiError("InvalidGrantException", "Invalid device code provided")
    if not device.is_approved:
        raise ApiError("AuthorizationPendingException", "Authorization is pending")
    del CENTER.devices[given["deviceCode"]]
    token = secrets.token_urlsafe(24)
    CENTER.tokens.add(token)
    return {"accessToken": token, "tokenType": "Bearer", "expiresIn": SESSION_SECONDS}


@operation("sso", "ListAccounts")
def list_accounts(_caller: Caller, given: Parameters) -> Result:
    """List the accounts that the person may use: this one."""
    _check(given)
    account = {
        "accountId": ACCOUNT_ID,
        "accountName": "Sunny Garage",
        "emailAddress": "aws@example.com",
    }
    return {"accountList": [account]}


@operation("sso", "ListAccountRoles")
def list_account_roles(_caller: Caller, given: Parameters) -> Result:
    """List what the person may be in an account."""
    _check(given)
    return {"roleList": [{"roleName": PERMISSION_SET, "accountId": given["accountId"]}]}


@operation("sso", "GetRoleCredentials")
def get_role_credentials(_caller: Caller, given: Parameters) -> Result:
    """Give out keys for a session of the role behind a permission set."""
    _check(given)
    if (given.get("accountId"), given.get("roleName")) != (ACCOUNT_ID, PERMISSION_SET):
        raise ApiError("ForbiddenException", "No access", 403)
    role_id = _role()
    key, secret = f"ASIA{secrets.token_hex(8).upper()}", secrets.token_urlsafe(30)
    token, ends = secrets.token_urlsafe(60), time.time() + SESSION_SECONDS
    sts.register_session(
        key,
        {
            "Arn": f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/{ROLE}/{PERSON}",
            "UserId": f"{role_id}:{PERSON}",
            "SecretAccessKey": secret,
            "SessionToken": token,
            "Expiration": ends,
            "AccountId": ACCOUNT_ID,
            "PrincipalType": "AssumedRole",
        },
    )
    return {
        "roleCredentials": {
            "accessKeyId": key,
            "secretAccessKey": secret,
            "sessionToken": token,
            "expiration": int(ends * 1000),
        }
    }


def _check(given: Parameters) -> None:
    if given.get("accessToken") not in CENTER.tokens:
        raise ApiError("UnauthorizedException", "Session token not found or invalid", 401)


def _role() -> str:
    """Return the id of the role, which comes into the account when it is first used."""
    iam: Any = client("iam", ACCOUNT_ID, HOME_REGION)
    try:
        role = iam.get_role(RoleName=ROLE)["Role"]
    except iam.exceptions.NoSuchEntityException:
        made = iam.create_role(RoleName=ROLE, Path=PATH, AssumeRolePolicyDocument=_TRUST)
        iam.attach_role_policy(RoleName=ROLE, PolicyArn=f"arn:aws:iam::aws:policy/{PERMISSION_SET}")
        role = made["Role"]
    return str(role["RoleId"])
