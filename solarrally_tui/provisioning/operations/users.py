"""Lists, adds and removes users of the application through a one-off task; resets passwords."""

from dataclasses import dataclass, field
from typing import Final

from solarrally_tui.aws.errors import Plain
from solarrally_tui.aws.poll import StillWaitingError
from solarrally_tui.deployed.run_lock import alone
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.deployed.task import USERS
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError, from_waiting
from solarrally_tui.provisioning.operations.passwords import random_password
from solarrally_tui.provisioning.operations.private_request import NotAnsweredError, PrivateRequest
from solarrally_tui.provisioning.operations.users_program import PROGRAM

ROLES: Final = ("admin", "operator", "user", "guest")
"""The application's roles, from the one that may most."""

SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 72
"""Bytes, of which bcrypt hashes no more."""

_LENGTH: Final = 24
"""As in the app stack's template: no punctuation."""


@dataclass(frozen=True, slots=True)
class User:
    """One user of the application."""

    email: str
    role: str
    """One of ROLES; empty where the application gives none."""
    is_active: bool
    last_login: str
    """ISO 8601, or empty."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to do."""

    action: str
    """list, add, remove or reset-password."""
    email: str = ""
    role: str = ""
    password: str = field(default="", repr=False)


def new_password() -> str:
    """Return a random password of letters and digits."""
    return random_password(_LENGTH)


async def carry_out(request: Request, site: DeployedSite) -> tuple[User, ...]:
    """Do what is asked, and return the users where it is to list them.

    Where the password of the site's administrator changes, its secret gets the new one.
    Raises StepError with what happened, AwsError.
    """
    _refuse(request, site)
    outputs = await site.stacks.outputs("bootstrap", "network", "balancer", "data", "app")
    if USERS.output not in outputs:
        raise StepError(_not_deployed(site.name))
    asked = PrivateRequest(site.door, outputs, PROGRAM)
    body = {
        "action": request.action,
        "email": request.email,
        "role": request.role,
        "password": request.password,
    }
    try:
        answer = await alone(site.door, site.name, "users", lambda: asked.ask(body), lambda _: None)
    except NotAnsweredError as error:
        raise StepError(_failed(str(error), outputs["LogGroupName"])) from error
    except StillWaitingError as error:
        raise from_waiting(error, "The task that changes users") from error
    if refused := answer.get("refused"):
        raise StepError(_refused(request, str(refused)), Exit.REFUSED)
    if request.password and request.email.lower() == site.site.administrator.lower():
        secret = outputs["AdminSecretArn"]
        await site.door.call(
            "secretsmanager", "put_secret_value", SecretId=secret, SecretString=request.password
        )
    return tuple(
        User(each["email"], each["role"] or "", each["active"], each["last_login"] or "")
        for each in answer.get("users", ())
    )


def _refuse(request: Request, site: DeployedSite) -> None:
    """Refuse what would leave the site without the administrator that its answers name."""
    if request.action == "remove" and request.email.lower() == site.site.administrator.lower():
        raise StepError(
            Plain(
                what=f"{request.email} is the administrator that the answers of {site.name} name. "
                "Nothing was changed.",
                why="The site would name an administrator that does not exist.",
                next="Name another one in application.admin_email and deploy, then remove this "
                "one. reset-password locks out anyone who knows the password.",
            ),
            Exit.REFUSED,
        )


def _not_deployed(name: str) -> Plain:
    return Plain(
        what=f"The site {name} has no task that changes users.",
        why="It is not deployed completely, or by an older release.",
        next="Deploy the site, then run the same command again.",
    )


def _refused(request: Request, why: str) -> Plain:
    if why == "exists":
        return Plain(
            what=f"The user {request.email} exists already. Nothing was changed.",
            why="An e-mail address belongs to one user.",
            next="solarrally users reset-password gives this user a new password.",
        )
    return Plain(
        what=f"There is no user {request.email}. Nothing was changed.",
        why="The application has no user with this e-mail address.",
        next="solarrally users list shows all users, and add creates one.",
    )


def _failed(why: str, log_group: str) -> Plain:
    return Plain(
        what="It is not certain whether anything was changed.",
        why=why,
        next=f"Read the streams users/ of the log group {log_group}, then run the same command "
        "again.",
    )
