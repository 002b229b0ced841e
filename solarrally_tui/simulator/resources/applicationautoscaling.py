"""Application Auto Scaling: scalable targets and scaling policies."""

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues, pick, resource

_KEY = ("ServiceNamespace", "ResourceId", "ScalableDimension")
_POLICY = ("PolicyName", "PolicyType", "TargetTrackingScalingPolicyConfiguration")


def _register(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    given = pick(properties, *_KEY, "MinCapacity", "MaxCapacity", "RoleARN", "SuspendedState")
    api("application-autoscaling").register_scalable_target(**given)
    name = "|".join(properties[part] for part in ("ResourceId", "ScalableDimension"))
    name = f"{name}|{properties['ServiceNamespace']}"
    return name, {"Id": name}


def _reregister(_id: str, _old: Properties, new: Properties, stack: str) -> ReturnValues:
    return _register("", new, stack)


def _deregister(_id: str, properties: Properties) -> None:
    api("application-autoscaling").deregister_scalable_target(**pick(properties, *_KEY))


resource(
    "AWS::ApplicationAutoScaling::ScalableTarget",
    create=_register,
    update=_reregister,
    delete=_deregister,
)


def _target(properties: Properties) -> Properties:
    if "ScalingTargetId" in properties:
        resource_id, dimension, namespace = properties["ScalingTargetId"].split("|")
        return dict(zip(_KEY, (namespace, resource_id, dimension), strict=True))
    return pick(properties, *_KEY)


def _put(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    given = _target(properties) | pick(properties, *_POLICY)
    if "StepScalingPolicyConfiguration" in properties:
        steps = properties["StepScalingPolicyConfiguration"]
        given["StepScalingPolicyConfiguration"] = steps
    made = api("application-autoscaling").put_scaling_policy(**given)["PolicyARN"]
    return made, {"Arn": made, "PolicyName": properties["PolicyName"]}


def _reput(_id: str, _old: Properties, new: Properties, stack: str) -> ReturnValues:
    return _put("", new, stack)


def _remove(_id: str, properties: Properties) -> None:
    given = _target(properties) | pick(properties, "PolicyName")
    api("application-autoscaling").delete_scaling_policy(**given)


resource("AWS::ApplicationAutoScaling::ScalingPolicy", create=_put, update=_reput, delete=_remove)
