"""CloudFront: VPC origins."""

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.resources.registry import Made, Properties, resource


def _configuration(properties: Properties) -> Properties:
    given = dict(properties["VpcOriginEndpointConfig"])
    protocols = given.pop("OriginSSLProtocols", ["TLSv1.2"])
    given["OriginSslProtocols"] = {"Quantity": len(protocols), "Items": protocols}
    for port, usual in (("HTTPPort", 80), ("HTTPSPort", 443)):
        given[port] = int(given.get(port, usual))
    return given


def _made(origin: Properties) -> Made:
    names = ("Arn", "Id", "Status", "CreatedTime", "LastModifiedTime")
    return origin["Id"], {name: str(origin[name]) for name in names}


def _create(_id: str, properties: Properties, _stack: str) -> Made:
    tags = {"Tags": {"Items": properties["Tags"]}} if properties.get("Tags") else {}
    made = api("cloudfront").create_vpc_origin(
        VpcOriginEndpointConfig=_configuration(properties), **tags
    )
    return _made(made["VpcOrigin"])


def _update(identifier: str, _old: Properties, new: Properties, _stack: str) -> Made:
    """A change of tags alone updates the origin too; AWS refuses both while it is in use."""
    cloudfront = api("cloudfront")
    etag = cloudfront.get_vpc_origin(Id=identifier)["ETag"]
    made = cloudfront.update_vpc_origin(
        Id=identifier, IfMatch=etag, VpcOriginEndpointConfig=_configuration(new)
    )
    return _made(made["VpcOrigin"])


def _delete(identifier: str, _properties: Properties) -> None:
    cloudfront = api("cloudfront")
    etag = cloudfront.get_vpc_origin(Id=identifier)["ETag"]
    cloudfront.delete_vpc_origin(Id=identifier, IfMatch=etag)


resource("AWS::CloudFront::VpcOrigin", create=_create, update=_update, delete=_delete, tags="Tags")
