"""Secrets Manager: rotation schedules."""

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.resources.registry import (
    Properties,
    ReturnValues,
    pick,
    put_again,
    resource,
)


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
