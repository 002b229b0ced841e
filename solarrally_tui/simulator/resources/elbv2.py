"""Elastic Load Balancing: further certificates of a listener."""

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues, pick, resource


def _create(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    api("elbv2").add_listener_certificates(**pick(properties, "ListenerArn", "Certificates"))
    name = f"{properties['ListenerArn']}|{properties['Certificates'][0]['CertificateArn']}"
    return name, {"Id": name}


resource(
    "AWS::ElasticLoadBalancingV2::ListenerCertificate",
    create=_create,
    delete=lambda _name, properties: api("elbv2").remove_listener_certificates(
        **pick(properties, "ListenerArn", "Certificates")
    ),
)
