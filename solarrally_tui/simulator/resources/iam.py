"""IAM: identity providers, inline role policies and service-linked roles."""

import json

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues, pick, resource


def _create_provider(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    made = api("iam").create_open_id_connect_provider(
        Url=properties["Url"],
        ClientIDList=properties.get("ClientIdList", []),
        ThumbprintList=properties.get("ThumbprintList", []),
        **pick(properties, "Tags"),
    )
    provider = made["OpenIDConnectProviderArn"]
    return provider, {"Arn": provider}


def _update_provider(provider: str, old: Properties, new: Properties, _stack: str) -> ReturnValues:
    iam, before, after = api("iam"), set(old.get("ClientIdList", [])), set(new["ClientIdList"])
    for client in after - before:
        iam.add_client_id_to_open_id_connect_provider(
            OpenIDConnectProviderArn=provider, ClientID=client
        )
    for client in before - after:
        iam.remove_client_id_from_open_id_connect_provider(
            OpenIDConnectProviderArn=provider, ClientID=client
        )
    iam.update_open_id_connect_provider_thumbprint(
        OpenIDConnectProviderArn=provider, ThumbprintList=new.get("ThumbprintList", [])
    )
    return provider, {"Arn": provider}


def _delete_provider(provider: str, _properties: Properties) -> None:
    api("iam").delete_open_id_connect_provider(OpenIDConnectProviderArn=provider)


resource(
    "AWS::IAM::OIDCProvider",
    create=_create_provider,
    update=_update_provider,
    delete=_delete_provider,
    tags="Tags",
)


def _put_policy(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    role, name = properties["RoleName"], properties["PolicyName"]
    api("iam").put_role_policy(
        RoleName=role, PolicyName=name, PolicyDocument=json.dumps(properties["PolicyDocument"])
    )
    return f"{name}|{role}", {}


def _update_policy(_id: str, _old: Properties, new: Properties, stack: str) -> ReturnValues:
    return _put_policy("", new, stack)


def _delete_policy(_id: str, properties: Properties) -> None:
    api("iam").delete_role_policy(**pick(properties, "RoleName", "PolicyName"))


resource("AWS::IAM::RolePolicy", create=_put_policy, update=_update_policy, delete=_delete_policy)


def _create_linked(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    given = pick(properties, "AWSServiceName", "Description", "CustomSuffix")
    name = api("iam").create_service_linked_role(**given)["Role"]["RoleName"]
    return name, {"RoleName": name}


resource(
    "AWS::IAM::ServiceLinkedRole",
    create=_create_linked,
    delete=lambda name, _: api("iam").delete_service_linked_role(RoleName=name),
)
