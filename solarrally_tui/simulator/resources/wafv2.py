"""WAF: association of a web ACL with a regional resource."""

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues, pick, resource


def _create(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    api("wafv2").associate_web_acl(**pick(properties, "WebACLArn", "ResourceArn"))
    return f"{properties['WebACLArn']}|{properties['ResourceArn']}", {}


resource(
    "AWS::WAFv2::WebACLAssociation",
    create=_create,
    delete=lambda _id, properties: api("wafv2").disassociate_web_acl(
        ResourceArn=properties["ResourceArn"]
    ),
)
