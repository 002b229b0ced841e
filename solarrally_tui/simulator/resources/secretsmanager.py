"""Secrets Manager: rotation schedules, and secrets that are generated."""

import json

from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.pins import private, replace
from solarrally_tui.simulator.resources.registry import (
    Properties,
    ReturnValues,
    pick,
    put_again,
    resource,
)

_get_random_password = private(secretsmanager, "_get_random_password")


def _generated(properties: Properties) -> str:
    """Return a new secret's text. Of GenerateSecretString MiniStack's stacks know two fields."""
    wanted = properties.get("GenerateSecretString")
    if properties.get("SecretString") or not wanted:
        return str(properties.get("SecretString", ""))
    _, _, body = _get_random_password(wanted)
    password = json.loads(body)["RandomPassword"]
    if "SecretStringTemplate" not in wanted:
        return str(password)
    fields = json.loads(wanted["SecretStringTemplate"])
    return json.dumps(fields | {wanted["GenerateStringKey"]: password})


def _put(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    secret = properties["SecretId"]
    schedule = pick(properties, "RotationLambdaARN", "RotationRules")
    api("secretsmanager").rotate_secret(SecretId=secret, RotateImmediately=False, **schedule)
    return secret, {"Id": secret}


resource(
    "AWS::SecretsManager::RotationSchedule",
    create=_put,
    update=put_again(_put),
    delete=lambda secret, _: api("secretsmanager").cancel_rotate_secret(SecretId=secret),
)

replace(provisioners, "_sm_secret_string", lambda _: _generated)
