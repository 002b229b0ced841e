"""IAM: identity providers, inline role policies, service-linked roles and roles' boundaries."""

import json
from collections.abc import Callable
from typing import Any

from ministack.services import iam
from ministack.services.cloudformation import provisioners

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.pins import private, replace_entry
from solarrally_tui.simulator.resources.registry import (
    Properties,
    ReturnValues,
    pick,
    put_again,
    resource,
)

_roles = private(iam, "_roles")


def _create_provider(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    arn = api("iam").create_open_id_connect_provider(
        Url=properties["Url"],
        ClientIDList=properties.get("ClientIdList", []),
        ThumbprintList=properties.get("ThumbprintList", []),
        **pick(properties, "Tags"),
    )["OpenIDConnectProviderArn"]
    return arn, {"Arn": arn}


def _update_provider(arn: str, old: Properties, new: Properties, _stack: str) -> ReturnValues:
    iam, before, after = api("iam"), set(old.get("ClientIdList", [])), set(new["ClientIdList"])
    for client in after - before:
        iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID=client)
    for client in before - after:
        iam.remove_client_id_from_open_id_connect_provider(
            OpenIDConnectProviderArn=arn, ClientID=client
        )
    iam.update_open_id_connect_provider_thumbprint(
        OpenIDConnectProviderArn=arn, ThumbprintList=new.get("ThumbprintList", [])
    )
    return arn, {"Arn": arn}


resource(
    "AWS::IAM::OIDCProvider",
    create=_create_provider,
    update=_update_provider,
    delete=lambda arn, _: api("iam").delete_open_id_connect_provider(OpenIDConnectProviderArn=arn),
    tags="Tags",
)


def _put_policy(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    role, name = properties["RoleName"], properties["PolicyName"]
    api("iam").put_role_policy(
        RoleName=role, PolicyName=name, PolicyDocument=json.dumps(properties["PolicyDocument"])
    )
    return f"{name}|{role}", {}


resource(
    "AWS::IAM::RolePolicy",
    create=_put_policy,
    update=put_again(_put_policy),
    delete=lambda _id, properties: api("iam").delete_role_policy(
        **pick(properties, "RoleName", "PolicyName")
    ),
)


def _create_linked_role(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    names = ("AWSServiceName", "Description", "CustomSuffix")
    role = api("iam").create_service_linked_role(**pick(properties, *names))["Role"]
    return role["RoleName"], {"RoleName": role["RoleName"]}


resource(
    "AWS::IAM::ServiceLinkedRole",
    create=_create_linked_role,
    delete=lambda name, _: api("iam").delete_service_linked_role(RoleName=name),
)


def _keeping_boundary(handle: Callable[..., ReturnValues]) -> Callable[..., ReturnValues]:
    """Give a role the permissions boundary that its template names. MiniStack drops it."""

    def handled(*given: Any) -> ReturnValues:
        # The properties of a creation, or those after an update.
        properties = given[1] if len(given) == 3 else given[2]
        values = handle(*given)
        role = _roles[values[0]]
        role.pop("PermissionsBoundary", None)
        role |= pick(properties, "PermissionsBoundary")
        return values

    return handled


replace_entry(
    provisioners,
    "_RESOURCE_HANDLERS",
    "AWS::IAM::Role",
    lambda known: {
        **known,
        "create": _keeping_boundary(known["create"]),
        "update": _keeping_boundary(known["update"]),
    },
)
