"""Application Auto Scaling: scalable targets and scaling policies of ECS services."""

import datetime as dt
import uuid

from solarrally_tui.simulator.services.registry import (
    Caller,
    Parameters,
    Result,
    Store,
    operation,
)
from solarrally_tui.simulator.wire.responses import ApiError

_SERVICE = "application-autoscaling"
_KEY = ("ServiceNamespace", "ResourceId", "ScalableDimension")
_targets = Store()
_policies = Store()
_activities = Store()


def _key(given: Parameters) -> str:
    return "|".join(given[name] for name in _KEY)


def _in_namespace(store: Store, caller: Caller, given: Parameters) -> list[Result]:
    wanted = given.get("ResourceIds") or ([given["ResourceId"]] if "ResourceId" in given else [])
    return [
        record
        for record in store.of(caller).values()
        if record["ServiceNamespace"] == given["ServiceNamespace"]
        and (not wanted or record["ResourceId"] in wanted)
    ]


@operation(_SERVICE, "RegisterScalableTarget")
def register(caller: Caller, given: Parameters) -> Result:
    """Create or change a target; capacities are required the first time."""
    targets, key = _targets.of(caller), _key(given)
    known = targets.get(key)
    if known is None and not {"MinCapacity", "MaxCapacity"} <= given.keys():
        raise ApiError("ValidationException", "MinCapacity and MaxCapacity are required.")
    defaults = {
        "RoleARN": f"arn:aws:iam::{caller.account}:role/aws-service-role/"
        "ecs.application-autoscaling.amazonaws.com/"
        "AWSServiceRoleForApplicationAutoScaling_ECSService",
        "CreationTime": dt.datetime.now(dt.UTC),
        "ScalableTargetARN": caller.arn(_SERVICE, f"scalable-target/{uuid.uuid4().hex[:20]}"),
    }
    target = {**defaults, **(known or {}), **given}
    target["MinCapacity"], target["MaxCapacity"] = (
        int(target[name]) for name in ("MinCapacity", "MaxCapacity")
    )
    if target["MinCapacity"] > target["MaxCapacity"]:
        raise ApiError(
            "ValidationException", "Maximum capacity cannot be less than minimum capacity"
        )
    targets[key] = target
    return {"ScalableTargetARN": target["ScalableTargetARN"]}


@operation(_SERVICE, "DeregisterScalableTarget")
def deregister(caller: Caller, given: Parameters) -> Result:
    """Delete a target and its policies."""
    if _targets.of(caller).pop(_key(given), None) is None:
        raise _missing(given)
    policies = _policies.of(caller)
    for name in [n for n, policy in policies.items() if _key(policy) == _key(given)]:
        del policies[name]
    return {}


@operation(_SERVICE, "DescribeScalableTargets")
def describe_targets(caller: Caller, given: Parameters) -> Result:
    """List the targets of a service namespace."""
    return {"ScalableTargets": _in_namespace(_targets, caller, given)}


@operation(_SERVICE, "PutScalingPolicy")
def put_policy(caller: Caller, given: Parameters) -> Result:
    """Create or change a policy of a registered target."""
    if _key(given) not in _targets.of(caller):
        raise _missing(given)
    policies, name = _policies.of(caller), f"{_key(given)}|{given['PolicyName']}"
    where = f"{uuid.uuid4()}:resource/{given['ServiceNamespace']}/{given['ResourceId']}"
    defaults = {
        "PolicyARN": f"arn:aws:autoscaling:{caller.region}:{caller.account}:scalingPolicy:{where}"
        f":policyName/{given['PolicyName']}",
        "CreationTime": dt.datetime.now(dt.UTC),
        "Alarms": [],
    }
    policies[name] = {**defaults, **policies.get(name, {}), **given}
    return {"PolicyARN": policies[name]["PolicyARN"], "Alarms": []}


@operation(_SERVICE, "DeleteScalingPolicy")
def delete_policy(caller: Caller, given: Parameters) -> Result:
    """Delete one policy."""
    if _policies.of(caller).pop(f"{_key(given)}|{given['PolicyName']}", None) is None:
        raise ApiError("ObjectNotFoundException", f"No scaling policy {given['PolicyName']} found.")
    return {}


@operation(_SERVICE, "DescribeScalingPolicies")
def describe_policies(caller: Caller, given: Parameters) -> Result:
    """List the policies of a service namespace."""
    return {"ScalingPolicies": _in_namespace(_policies, caller, given)}


@operation(_SERVICE, "DescribeScalingActivities")
def describe_activities(caller: Caller, given: Parameters) -> Result:
    """List what policies did, the newest first."""
    made = given.get("MaxResults", 50)
    return {"ScalingActivities": _in_namespace(_activities, caller, given)[::-1][:made]}


def record_activity(caller: Caller, policy: Result, *, alarm: str, capacity: int) -> None:
    """Keep that a policy set another capacity because its alarm went off.

    alarm: AlarmHigh or AlarmLow. The words are those of the API reference, ScalingActivity.
    """
    now, number = dt.datetime.now(dt.UTC), str(uuid.uuid4())
    _activities.of(caller)[number] = {
        "ActivityId": number,
        **{name: policy[name] for name in _KEY},
        "Description": f"Setting desired count to {capacity}.",
        "Cause": f"monitor alarm TargetTracking-{policy['ResourceId']}-{alarm}-{number} in state "
        f"ALARM triggered policy {policy['PolicyName']}",
        "StartTime": now,
        "EndTime": now,
        "StatusCode": "Successful",
        "StatusMessage": f"Successfully set desired count to {capacity}. Change successfully "
        "fulfilled by ecs.",
    }


def _missing(given: Parameters) -> ApiError:
    return ApiError(
        "ObjectNotFoundException",
        f"No scalable target registered for service namespace: {given['ServiceNamespace']}, "
        f"resource ID: {given['ResourceId']}, scalable dimension: {given['ScalableDimension']}",
    )
