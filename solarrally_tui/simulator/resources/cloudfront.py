"""CloudFront: VPC origins."""

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.resources.registry import (
    Properties,
    ReturnValues,
    handler_error,
    resource,
)


def _configuration(properties: Properties) -> Properties:
    configuration = dict(properties["VpcOriginEndpointConfig"])
    protocols = configuration.pop("OriginSSLProtocols", ["TLSv1.2"])
    configuration["OriginSslProtocols"] = {"Quantity": len(protocols), "Items": protocols}
    for port, default in (("HTTPPort", 80), ("HTTPSPort", 443)):
        configuration[port] = int(configuration.get(port, default))
    return configuration


def _return_values(origin: Properties) -> ReturnValues:
    names = ("Arn", "Id", "Status", "CreatedTime", "LastModifiedTime")
    return origin["Id"], {name: str(origin[name]) for name in names}


def _create(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    tags = {"Tags": {"Items": properties["Tags"]}} if properties.get("Tags") else {}
    response = api("cloudfront").create_vpc_origin(
        VpcOriginEndpointConfig=_configuration(properties), **tags
    )
    return _return_values(response["VpcOrigin"])


def _update(identifier: str, old: Properties, new: Properties, _stack: str) -> ReturnValues:
    cloudfront = api("cloudfront")
    if old.get("Tags") != new.get("Tags"):
        _retag(identifier, new.get("Tags", []))
    etag = cloudfront.get_vpc_origin(Id=identifier)["ETag"]
    response = cloudfront.update_vpc_origin(
        Id=identifier, IfMatch=etag, VpcOriginEndpointConfig=_configuration(new)
    )
    return _return_values(response["VpcOrigin"])


def _retag(identifier: str, tags: list[dict[str, str]]) -> None:
    """Tags are part of the origin: while a distribution uses it, AWS refuses those too."""
    if identifier in _in_use():
        raise handler_error(
            "The specified VPC origin is currently associated with one or more distributions.",
            "ResourceConflict",
            service="CloudFront",
            status=409,
        )
    arn = api("cloudfront").get_vpc_origin(Id=identifier)["VpcOrigin"]["Arn"]
    api("cloudfront").tag_resource(Resource=arn, Tags={"Items": tags})


def _in_use() -> set[str]:
    listed = api("cloudfront").list_distributions()["DistributionList"].get("Items", ())
    return {
        origin.get("VpcOriginConfig", {}).get("VpcOriginId", "")
        for distribution in listed
        for origin in distribution["Origins"].get("Items", ())
    }


def _delete(identifier: str, _properties: Properties) -> None:
    etag = api("cloudfront").get_vpc_origin(Id=identifier)["ETag"]
    api("cloudfront").delete_vpc_origin(Id=identifier, IfMatch=etag)


resource("AWS::CloudFront::VpcOrigin", create=_create, update=_update, delete=_delete, tags="Tags")
