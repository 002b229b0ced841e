"""Gives the viewers of a dashboard a new password, and a new key that signs their cookies.

Running it again resumes: a password that the secret has and CloudFront's function has not is that
of a run that was cut off.
"""

import json
import secrets
import string
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.deployed.dashboard import viewer_login
from solarrally_tui.deployed.run_lock import BusyError, alone
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.provisioning.deployment import viewer_keys
from solarrally_tui.provisioning.engine.context import Action, Context
from solarrally_tui.provisioning.engine.events import Emit, State
from solarrally_tui.provisioning.engine.graph import Graph, graph
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome, refused
from solarrally_tui.provisioning.engine.runner import run
from solarrally_tui.provisioning.engine.steps import End, StepError, from_aws
from solarrally_tui.provisioning.engine.waits import patient
from solarrally_tui.provisioning.operations.rotation import failed, outputs_of

PASSWORD: Final = "password"  # noqa: S105 the name of a step
FUNCTION: Final = "function"
RENEWAL: Final[Graph] = graph({PASSWORD: (), FUNCTION: (PASSWORD,)})

_LENGTH: Final = 24
_ALPHABET: Final = string.ascii_letters + string.digits
"""As in the edge stack's template: no punctuation."""


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
    narrator = Narrator(name, emit)
    door = patient(door, narrator, PASSWORD)
    try:
        site = await DeployedSite.open(door, name)
        outputs = await outputs_of(site, "edge")
    except AwsError as error:
        return failed(from_aws(error, begun=False), changed=False)
    except StepError as error:
        return failed(error, changed=False)
    if "ViewerSecretArn" not in outputs:
        return failed(StepError(_no_password(name), Exit.REFUSED), changed=False)
    renewal = Renewal(
        narrator=narrator,
        door=site.door,
        secret=outputs["ViewerSecretArn"],
        store=outputs["ViewerKeysArn"],
    )
    say = partial(narrator.step, PASSWORD, State.RUNNING)
    try:
        ends = await alone(door, name, "maintain", lambda: run(RENEWAL, _ACTIONS, renewal), say)
    except BusyError as busy:
        return refused(busy, changed=renewal.ends.changed)
    if ends.first_error:
        return failed(ends.first_error, changed=ends.changed)
    return Outcome(
        Exit.OK,
        f"The dashboard of {name} has a new password. solarrally access {name} shows where it is "
        "stored.",
    )


async def _store_password(renewal: Renewal) -> End:
    if not await viewer_keys.is_brought(renewal.door, renewal.secret, renewal.store):
        return End(False, "An earlier run has stored it. The function remains.")
    password = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
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
