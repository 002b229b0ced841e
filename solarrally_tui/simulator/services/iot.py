"""AWS IoT: the endpoint on loopback, logging, role aliases, billing groups."""

import datetime as dt
import os
import uuid

from solarrally_tui.simulator.iot import region_endpoints
from solarrally_tui.simulator.services.registry import (
    Caller,
    Parameters,
    Result,
    Store,
    operation,
)
from solarrally_tui.simulator.wire.responses import ApiError

_logging = Store()
_aliases = Store()
_groups = Store()


@operation("iot", "DescribeEndpoint")
def describe_endpoint(caller: Caller, given: Parameters) -> Result:
    """Return where devices connect: `localhost:PORT`. On AWS it is a host alone, at port 8883.

    Each Region has its own port, as on AWS its own host.
    """
    kind = given.get("endpointType", "iot:Data")
    if kind == "iot:Data-ATS":
        port = region_endpoints.port(caller.region, int(os.environ["IOT_MTLS_PORT"]))
        return {"endpointAddress": f"localhost:{port}"}
    if kind == "iot:CredentialProvider":
        return {
            "endpointAddress": f"{caller.account}.credentials.iot.{caller.region}.amazonaws.com"
        }
    message = f"Endpoint type {kind} is not supported. Use iot:Data-ATS."
    raise ApiError("InvalidRequestException", message)


@operation("iot", "SetV2LoggingOptions")
def set_logging(caller: Caller, given: Parameters) -> Result:
    """Set the account's logging. It needs a role, unless all logs are disabled."""
    options = _logging.of(caller)
    if not given.get("disableAllLogs") and "roleArn" not in {**options, **given}:
        raise ApiError("InvalidRequestException", "Role ARN is required.")
    options.setdefault("defaultLogLevel", "DISABLED")
    options["disableAllLogs"] = False
    options.update(given)
    return {}


@operation("iot", "GetV2LoggingOptions")
def get_logging(caller: Caller, _given: Parameters) -> Result:
    """Return the account's logging. AWS refuses until it was set once."""
    if not _logging.of(caller):
        raise ApiError("NotConfiguredException", "Logging is not configured.", 404)
    return dict(_logging.of(caller))


@operation("iot", "CreateRoleAlias")
def create_alias(caller: Caller, given: Parameters) -> Result:
    """Create a role alias."""
    name, now = given["roleAlias"], dt.datetime.now(dt.UTC)
    if name in _aliases.of(caller):
        message = f"RoleAlias {name} already exists."
        raise ApiError("ResourceAlreadyExistsException", message, 409)
    _aliases.of(caller)[name] = {
        "credentialDurationSeconds": 3600,
        **given,
        "roleAliasArn": caller.arn("iot", f"rolealias/{name}"),
        "owner": caller.account,
        "creationDate": now,
        "lastModifiedDate": now,
    }
    return _aliases.of(caller)[name]  # type: ignore[no-any-return]


@operation("iot", "DescribeRoleAlias")
def describe_alias(caller: Caller, given: Parameters) -> Result:
    """Return one role alias."""
    return {"roleAliasDescription": _get(_aliases, caller, "RoleAlias", given["roleAlias"])}


@operation("iot", "UpdateRoleAlias")
def update_alias(caller: Caller, given: Parameters) -> Result:
    """Change a role alias."""
    alias = _get(_aliases, caller, "RoleAlias", given["roleAlias"])
    alias.update(given, lastModifiedDate=dt.datetime.now(dt.UTC))
    return alias


@operation("iot", "DeleteRoleAlias")
def delete_alias(caller: Caller, given: Parameters) -> Result:
    """Delete a role alias."""
    _get(_aliases, caller, "RoleAlias", given["roleAlias"])
    del _aliases.of(caller)[given["roleAlias"]]
    return {}


@operation("iot", "ListRoleAliases")
def list_aliases(caller: Caller, _given: Parameters) -> Result:
    """List the names of the role aliases."""
    return {"roleAliases": list(_aliases.of(caller))}


@operation("iot", "CreateBillingGroup")
def create_group(caller: Caller, given: Parameters) -> Result:
    """Create a billing group, or return the one of that name."""
    name = given["billingGroupName"]
    group = {
        **given,
        "billingGroupArn": caller.arn("iot", f"billinggroup/{name}"),
        "billingGroupId": str(uuid.uuid4()),
        "version": 1,
        "billingGroupMetadata": {"creationDate": dt.datetime.now(dt.UTC)},
    }
    return _groups.of(caller).setdefault(name, group)  # type: ignore[no-any-return]


@operation("iot", "DescribeBillingGroup")
def describe_group(caller: Caller, given: Parameters) -> Result:
    """Return one billing group."""
    return _get(_groups, caller, "Billing Group", given["billingGroupName"])


@operation("iot", "UpdateBillingGroup")
def update_group(caller: Caller, given: Parameters) -> Result:
    """Change a billing group."""
    group = _get(_groups, caller, "Billing Group", given["billingGroupName"])
    group.update(given, version=group["version"] + 1)
    return {"version": group["version"]}


@operation("iot", "DeleteBillingGroup")
def delete_group(caller: Caller, given: Parameters) -> Result:
    """Delete a billing group."""
    _groups.of(caller).pop(given["billingGroupName"], None)
    return {}


@operation("iot", "ListBillingGroups")
def list_groups(caller: Caller, _given: Parameters) -> Result:
    """List the billing groups by name and ARN."""
    return {
        "billingGroups": [
            {"groupName": name, "groupArn": group["billingGroupArn"]}
            for name, group in _groups.of(caller).items()
        ]
    }


def _get(store: Store, caller: Caller, kind: str, name: str) -> Result:
    record: Result | None = store.of(caller).get(name)
    if record is None:
        raise ApiError("ResourceNotFoundException", f"{kind} {name} does not exist.", 404)
    return record
