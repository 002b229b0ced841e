"""Application Auto Scaling: scalable targets and scaling policies."""

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.resources.registry import (
    Properties,
    ReturnValues,
    pick,
    put_again,
    resource,
)

_KEY = ("ServiceNamespace", "ResourceId", "ScalableDimension")
_TARGET = ("MinCapacity", "MaxCapacity", "RoleARN", "SuspendedState")
_POLICY = (
    "PolicyName",
    "PolicyType",
    "StepScalingPolicyConfiguration",
    "TargetTrackingScalingPolicyConfiguration",
)


def _register_target(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    api("application-autoscaling").register_scalable_target(**pick(properties, *_KEY, *_TARGET))
    order = ("ResourceId", "ScalableDimension", "ServiceNamespace")
    name = "|".join(properties[part] for part in order)
    return name, {"Id": name}


resource(
    "AWS::ApplicationAutoScaling::ScalableTarget",
    create=_register_target,
    update=put_again(_register_target),
    delete=lambda _id, properties: api("application-autoscaling").deregister_scalable_target(
        **pick(properties, *_KEY)
    ),
)


def _target(properties: Properties) -> Properties:
    if "ScalingTargetId" in properties:
        resource_id, dimension, namespace = properties["ScalingTargetId"].split("|")
        return dict(zip(_KEY, (namespace, resource_id, dimension), strict=True))
    return pick(properties, *_KEY)


def _put_policy(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    policy = _target(properties) | pick(properties, *_POLICY)
    arn = api("application-autoscaling").put_scaling_policy(**policy)["PolicyARN"]
    return arn, {"Arn": arn, "PolicyName": properties["PolicyName"]}


resource(
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    create=_put_policy,
    update=put_again(_put_policy),
    delete=lambda _id, properties: api("application-autoscaling").delete_scaling_policy(
        **_target(properties), **pick(properties, "PolicyName")
    ),
)
