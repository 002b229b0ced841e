"""Elastic Load Balancing: further certificates of a listener."""

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.services.registry import (
    Caller,
    Parameters,
    Result,
    Store,
    operation,
)

_certificates = Store()


def _further_certificates(caller: Caller, listener: str) -> dict[str, Result]:
    """Return the further certificates of an existing listener, by ARN."""
    api("elbv2").describe_listeners(ListenerArns=[listener])
    certificates: dict[str, Result] = _certificates.of(caller).setdefault(listener, {})
    return certificates


@operation("elbv2", "AddListenerCertificates")
def add(caller: Caller, given: Parameters) -> Result:
    """Add certificates to a listener."""
    certificates = _further_certificates(caller, given["ListenerArn"])
    added = [{**c, "IsDefault": False} for c in given["Certificates"]]
    certificates.update({c["CertificateArn"]: c for c in added})
    return {"Certificates": added}


@operation("elbv2", "RemoveListenerCertificates")
def remove(caller: Caller, given: Parameters) -> Result:
    """Remove certificates from a listener."""
    certificates = _further_certificates(caller, given["ListenerArn"])
    for certificate in given["Certificates"]:
        certificates.pop(certificate["CertificateArn"], None)
    return {}


@operation("elbv2", "DescribeListenerCertificates")
def describe(caller: Caller, given: Parameters) -> Result:
    """List the listener's default certificate and the further ones."""
    arn = given["ListenerArn"]
    [listener] = api("elbv2").describe_listeners(ListenerArns=[arn])["Listeners"]
    default = [{**c, "IsDefault": True} for c in listener.get("Certificates", ())]
    return {"Certificates": [*default, *_further_certificates(caller, arn).values()]}
