"""Secrets Manager: cancelling a rotation."""

from ministack.services import secretsmanager

from solarrally_tui.simulator.pins import private
from solarrally_tui.simulator.services.registry import Caller, Parameters, Result, operation
from solarrally_tui.simulator.wire.responses import ApiError

_secrets = private(secretsmanager, "_secrets")


@operation("secretsmanager", "CancelRotateSecret")
def cancel_rotation(_caller: Caller, given: Parameters) -> Result:
    """Stop rotating a secret, by name or ARN."""
    for name, secret in _secrets.items():
        if given["SecretId"] in (name, secret["ARN"]):
            secret.update(RotationEnabled=False, RotationRules=None)
            return {"ARN": secret["ARN"], "Name": name}
    message = "Secrets Manager can't find the specified secret."
    raise ApiError("ResourceNotFoundException", message)
