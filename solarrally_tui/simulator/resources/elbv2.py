"""Elastic Load Balancing: further certificates of a listener."""

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues, resource


def _create(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    certificates = properties["Certificates"]
    api("elbv2").add_listener_certificates(
        ListenerArn=properties["ListenerArn"], Certificates=certificates
    )
    name = f"{properties['ListenerArn']}|{certificates[0]['CertificateArn']}"
    return name, {"Id": name}


def _delete(_name: str, properties: Properties) -> None:
    api("elbv2").remove_listener_certificates(
        ListenerArn=properties["ListenerArn"], Certificates=properties["Certificates"]
    )


resource("AWS::ElasticLoadBalancingV2::ListenerCertificate", create=_create, delete=_delete)
