"""AWS IoT: logging, role aliases, billing groups."""

from ministack.core.responses import get_account_id

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.resources.registry import (
    Properties,
    ReturnValues,
    physical_name,
    put_again,
    resource,
)


def _put_logging(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    api("iot").set_v2_logging_options(
        roleArn=properties["RoleArn"], defaultLogLevel=properties["DefaultLogLevel"]
    )
    return get_account_id(), {}


resource(
    "AWS::IoT::Logging",
    create=_put_logging,
    update=put_again(_put_logging),
    delete=lambda _id, _: api("iot").set_v2_logging_options(disableAllLogs=True),
)


def _alias(properties: Properties) -> Properties:
    alias = {"roleArn": properties["RoleArn"]}
    if "CredentialDurationSeconds" in properties:
        alias["credentialDurationSeconds"] = int(properties["CredentialDurationSeconds"])
    return alias


def _create_alias(logical_id: str, properties: Properties, stack: str) -> ReturnValues:
    name = properties.get("RoleAlias") or physical_name(stack, logical_id, longest=128)
    alias = api("iot").create_role_alias(roleAlias=name, **_alias(properties))
    return name, {"RoleAliasArn": alias["roleAliasArn"]}


def _update_alias(name: str, _old: Properties, new: Properties, _stack: str) -> ReturnValues:
    alias = api("iot").update_role_alias(roleAlias=name, **_alias(new))
    return name, {"RoleAliasArn": alias["roleAliasArn"]}


resource(
    "AWS::IoT::RoleAlias",
    create=_create_alias,
    update=_update_alias,
    delete=lambda name, _: api("iot").delete_role_alias(roleAlias=name),
    tags="Tags",
)


def _group_properties(properties: Properties) -> Properties:
    group = properties.get("BillingGroupProperties", {})
    return {"billingGroupDescription": group.get("BillingGroupDescription", "")}


def _create_group(logical_id: str, properties: Properties, stack: str) -> ReturnValues:
    name = properties.get("BillingGroupName") or physical_name(stack, logical_id, longest=128)
    group = api("iot").create_billing_group(
        billingGroupName=name, billingGroupProperties=_group_properties(properties)
    )
    return name, {"Arn": group["billingGroupArn"], "Id": group["billingGroupId"]}


def _update_group(name: str, _old: Properties, new: Properties, _stack: str) -> ReturnValues:
    api("iot").update_billing_group(
        billingGroupName=name, billingGroupProperties=_group_properties(new)
    )
    group = api("iot").describe_billing_group(billingGroupName=name)
    return name, {"Arn": group["billingGroupArn"], "Id": group["billingGroupId"]}


resource(
    "AWS::IoT::BillingGroup",
    create=_create_group,
    update=_update_group,
    delete=lambda name, _: api("iot").delete_billing_group(billingGroupName=name),
    tags="Tags",
)
