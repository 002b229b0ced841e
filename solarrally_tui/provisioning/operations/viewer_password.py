"""Gives the viewers of a dashboard a new password, and a new key that signs their cookies.

Running it again resumes: a password that the secret has and CloudFront's function has not is that
of a run that was cut off.
"""

import json
import secrets
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Plain
from solarrally_tui.deployed.dashboard import viewer_login
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.provisioning.deployment import viewer_keys
from solarrally_tui.provisioning.engine.context import Action, Context
from solarrally_tui.provisioning.engine.events import Emit
from solarrally_tui.provisioning.engine.graph import Graph, graph
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.provisioning.engine.steps import End, StepError
from solarrally_tui.provisioning.operations.passwords import random_password
from solarrally_tui.provisioning.operations.site_run import Prepared, outputs_of, run_steps

PASSWORD: Final = "password"  # noqa: S105 the name of a step
FUNCTION: Final = "function"
RENEWAL: Final[Graph] = graph({PASSWORD: (), FUNCTION: (PASSWORD,)})

_LENGTH: Final = 24
"""As in the edge stack's template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal(Context):
    """One new password of a dashboard."""

    door: Door
    """In the Region of the stack edge."""
    secret: str
    """ARN of the viewers' secret."""
    store: str
    """ARN of the key value store that CloudFront's function reads."""


async def renew_viewer_password(name: str, door: Door, emit: Emit) -> Outcome:
    """Store a new password and bring it to CloudFront's function; report events.

    Errors of AWS come back as the outcome's cause. The password is in no event and no error.
    """

    async def prepare(site: DeployedSite, narrator: Narrator) -> Prepared[Renewal]:
        outputs = await outputs_of(site, "edge")
        if "ViewerSecretArn" not in outputs:
            raise StepError(_no_password(name), Exit.REFUSED)
        renewal = Renewal(
            narrator=narrator,
            door=site.door,
            secret=outputs["ViewerSecretArn"],
            store=outputs["ViewerKeysArn"],
        )
        done = (
            f"The dashboard of {name} has a new password. solarrally access {name} shows where it "
            "is stored."
        )
        return Prepared(RENEWAL, _ACTIONS, renewal, done)

    return await run_steps("maintain", name, door, emit, PASSWORD, prepare)


async def _store_password(renewal: Renewal) -> End:
    if not await viewer_keys.is_brought(renewal.door, renewal.secret, renewal.store):
        return End(False, "An earlier run has stored it. The function remains.")
    password = random_password(_LENGTH)
    await renewal.door.call(
        "secretsmanager",
        "put_secret_value",
        SecretId=renewal.secret,
        # One token for every attempt of this call: a lost answer stores no second version.
        ClientRequestToken=secrets.token_hex(16),
        SecretString=json.dumps({"username": viewer_login.USER, "password": password}),
    )
    return End(True)


async def _bring_password(renewal: Renewal) -> End:
    return End(await viewer_keys.bring(renewal.door, renewal.secret, renewal.store))


_ACTIONS: Final = MappingProxyType[str, Action[Renewal]](
    {PASSWORD: _store_password, FUNCTION: _bring_password}
)


def _no_password(site: str) -> Plain:
    return Plain(
        what=f"The dashboard of {site} asks for no password. Nothing was changed.",
        why="access.viewing of the site says that viewers need none.",
        next="To ask for one, set access.viewing to password and deploy.",
    )
