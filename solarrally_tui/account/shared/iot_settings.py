"""AWS IoT's settings of a whole Region: its log, and the index of connected chargers."""

import json
from typing import Any, Final

from solarrally_tui.account.shared import settings_record
from solarrally_tui.account.shared.shared_state import is_indexing, is_logging, thing_indexing
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, tolerate
from solarrally_tui.aws.poll import StillWaitingError, poll

LOG_ROLE: Final = "solarrally-iot-logging"
LOG_LEVEL: Final = "ERROR"
"""Refused connections are errors; any lower level logs, and costs, every message."""

_POLICY: Final = "write-logs"
_ROLE_SECONDS: Final = 60.0


async def ensure_logging(door: Door, boundary: str = "") -> bool:
    """Enable the log of AWS IoT unless it is enabled, and return whether that was needed.

    boundary: ARN of the permissions boundary of a new role, empty for none. Raises AwsError.
    """
    if await is_logging(door):
        return False
    role = await _ensure_role(door, boundary)
    await settings_record.record(door, _logging_entry(door), role)

    async def enable() -> bool | None:
        try:
            await door.call(
                "iot",
                "set_v2_logging_options",
                roleArn=role,
                defaultLogLevel=LOG_LEVEL,
                disableAllLogs=False,
            )
        except AwsError as error:
            # A role that was created a moment ago cannot be assumed everywhere yet.
            if error.kind is Kind.INVALID:
                return None
            raise
        return True

    try:
        return await poll(enable, every=2.0, limit=_ROLE_SECONDS)
    except StillWaitingError as error:
        raise AwsError("InvalidRole", str(error), "iot", "set_v2_logging_options") from error


async def release_logging(door: Door) -> bool:
    """Disable the log if solarrally enabled it. Raises AwsError."""
    if not await settings_record.recorded(door, _logging_entry(door)):
        return False
    # AWS may have refused what was recorded before it was enabled.
    if is_on := await is_logging(door):
        await door.call("iot", "set_v2_logging_options", disableAllLogs=True)
    await settings_record.forget(door, _logging_entry(door))
    return is_on


async def delete_log_role(door: Door) -> None:
    """Delete the log's role, once no site is left in the account. Raises AwsError."""
    for operation, more in (("delete_role_policy", {"PolicyName": _POLICY}), ("delete_role", {})):
        with tolerate(Kind.NOT_FOUND):
            await door.call("iam", operation, RoleName=LOG_ROLE, **more)


async def ensure_indexing(door: Door) -> bool:
    """Enable the index of things and their connectivity, and return whether that was needed.

    Raises AwsError.
    """
    now = await thing_indexing(door)
    if is_indexing(now):
        return False
    mode = now.get("thingIndexingMode", "OFF")
    # The call replaces the whole configuration, so what others configured is passed on.
    kept = {key: now[key] for key in ("customFields", "filter") if now.get(key)}
    if mode == "OFF":
        await settings_record.record(door, _indexing_entry(door), "REGISTRY")
    wanted = "REGISTRY" if mode == "OFF" else mode
    await _index(
        door, kept | {"thingIndexingMode": wanted, "thingConnectivityIndexingMode": "STATUS"}
    )
    return True


async def release_indexing(door: Door) -> bool:
    """Disable the index if solarrally enabled it. Raises AwsError."""
    if not await settings_record.recorded(door, _indexing_entry(door)):
        return False
    is_on: bool = (await thing_indexing(door)).get("thingIndexingMode", "OFF") != "OFF"
    if is_on:
        await _index(door, {"thingIndexingMode": "OFF"})
    await settings_record.forget(door, _indexing_entry(door))
    return is_on


async def _index(door: Door, wanted: dict[str, Any]) -> None:
    await door.call("iot", "update_indexing_configuration", thingIndexingConfiguration=wanted)


async def _ensure_role(door: Door, boundary: str) -> str:
    with tolerate(Kind.EXISTS):
        await door.call(
            "iam",
            "create_role",
            RoleName=LOG_ROLE,
            AssumeRolePolicyDocument=_trust((await door.identity()).account),
            Description="Lets AWS IoT write its log. Shared by all SolarRally sites.",
            **({"PermissionsBoundary": boundary} if boundary else {}),
        )
    role = await door.call("iam", "get_role", RoleName=LOG_ROLE)
    wanted = _permission()
    present = await door.find("iam", "get_role_policy", RoleName=LOG_ROLE, PolicyName=_POLICY)
    # Written only where it is missing: the boundary of another site may be the role's.
    if present is None or present["PolicyDocument"] != json.loads(wanted):
        await door.call(
            "iam",
            "put_role_policy",
            RoleName=LOG_ROLE,
            PolicyName=_POLICY,
            PolicyDocument=wanted,
        )
    return str(role["Role"]["Arn"])


def _trust(account: str) -> str:
    """Return a trust in AWS IoT on behalf of one account.

    As the IoT developer guide recommends ("Cross-service confused deputy prevention").
    """
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "iot.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {"aws:SourceAccount": account}},
                }
            ],
        }
    )


def _permission() -> str:
    """Allow what the IoT developer guide asks for ("Configure AWS IoT logging"), on its group."""
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": [
                        "logs:CreateLogGroup",
                        "logs:CreateLogStream",
                        "logs:PutLogEvents",
                        "logs:PutMetricFilter",
                        "logs:PutRetentionPolicy",
                    ],
                    "Resource": "arn:*:logs:*:*:log-group:AWSIotLogsV2*",
                }
            ],
        }
    )


def _logging_entry(door: Door) -> str:
    return f"iot-logging/{door.region}"


def _indexing_entry(door: Door) -> str:
    return f"fleet-indexing/{door.region}"
