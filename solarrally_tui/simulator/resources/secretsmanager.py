"""Secrets Manager: rotation schedules."""

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues, pick, resource


def _create(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    secret = properties["SecretId"]
    given = pick(properties, "RotationLambdaARN", "RotationRules")
    api("secretsmanager").rotate_secret(SecretId=secret, RotateImmediately=False, **given)
    return secret, {"Id": secret}


def _update(_id: str, _old: Properties, new: Properties, stack: str) -> ReturnValues:
    return _create("", new, stack)


resource(
    "AWS::SecretsManager::RotationSchedule",
    create=_create,
    update=_update,
    delete=lambda secret, _: api("secretsmanager").cancel_rotate_secret(SecretId=secret),
)
