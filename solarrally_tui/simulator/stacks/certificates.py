"""ACM certificates that wait for their DNS record, and stacks that wait for them."""

import hashlib
import time
import uuid
from collections.abc import Callable
from typing import Any

from ministack.core.concurrency import spawn_background
from ministack.core.responses import error_response_json
from ministack.services import acm, alb, cloudfront
from ministack.services.cloudformation import provisioners

from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.faults import Faults
from solarrally_tui.simulator.iot import custom_domains
from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.pins import Record, private, replace, replace_entry, scoped
from solarrally_tui.simulator.public_dns import PublicDns
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues
from solarrally_tui.simulator.stacks import cancellation
from solarrally_tui.simulator.stacks.resource_hooks import ResourceHooks

_certificates = private(acm, "_certificates")
_distributions = private(cloudfront, "_distributions")
_listeners = private(alb, "_listeners")

_TYPE = "AWS::CertificateManager::Certificate"
# Simulated seconds from the appearance of the DNS record to the issue: the average that the tool
# rain has for the whole resource.
_VALIDATION_SECONDS = 239.0
_CHECK_EVERY_SECONDS = 5.0
_TIMED_OUT_SECONDS = 72 * 3600.0
# CloudFormation waits less long than ACM: 2160 minutes (registry schema of the type, handlers).
_STACK_TIMED_OUT_SECONDS = 2160 * 60.0
# Real seconds, while the clock is instant.
_CHECK_EVERY_REAL = 0.2


class Certificates:
    """Replaces MiniStack's certificates, which are issued before anything is proven."""

    def __init__(self, clock: Clock, faults: Faults, dns: PublicDns) -> None:
        self._clock, self._faults, self._dns = clock, faults, dns

    def install(self, hooks: ResourceHooks) -> None:
        """Take over the request of a certificate. Call once."""
        replace(acm, "_validation_options", lambda _: _validation)
        replace(acm, "_request_certificate", self._pending)
        replace_entry(
            provisioners,
            "_RESOURCE_HANDLERS",
            _TYPE,
            lambda handlers: {**handlers, "create": self._pending_in_stack(handlers["create"])},
        )
        replace(acm, "_cert_shape", _without_dates)
        replace(acm, "_delete_certificate", _refusing_in_use)
        hooks.correct(_TYPE, self._wait_for_issue)
        hooks.refuse_delete(_TYPE, _refuse_in_use)

    def _pending(self, request: Callable[[Record], Any]) -> Callable[[Record], Any]:
        def requested(parameters: Record) -> Any:
            before = set(_certificates.keys())
            response = request(parameters)
            for arn in set(_certificates.keys()) - before:
                self._set_pending(_certificates[arn])
            return response

        return requested

    def _set_pending(self, certificate: Record) -> None:
        certificate["Status"] = "PENDING_VALIDATION"
        spawn_background(self._watch, certificate, thread_name="certificate")

    def _pending_in_stack(self, create: Callable[..., ReturnValues]) -> Callable[..., ReturnValues]:
        def created(*arguments: Any) -> ReturnValues:
            values = create(*arguments)
            self._set_pending(_certificates[values[0]])
            return values

        return created

    def _watch(self, certificate: Record) -> None:
        """Issue the certificate some time after its DNS records exist."""
        began = self._clock.now()
        while not self._proven(certificate):
            if self._clock.now() - began > _TIMED_OUT_SECONDS:
                certificate["Status"] = "VALIDATION_TIMED_OUT"
            if certificate["CertificateArn"] not in _certificates:
                return
            self._pause()
        self._clock.sleep_sync(_VALIDATION_SECONDS)
        certificate["IssuedAt"] = time.time()
        for option in certificate["DomainValidationOptions"]:
            option["ValidationStatus"] = "SUCCESS"
        certificate["Status"] = "ISSUED"

    def _proven(self, certificate: Record) -> bool:
        if self._faults.message("certificate", certificate["DomainName"]):
            return False
        wanted = {
            (o["ResourceRecord"]["Name"], o["ResourceRecord"]["Value"])
            for o in certificate["DomainValidationOptions"]
        }
        known = _cnames()
        return all(cname in known or self._dns.proves(*cname) for cname in wanted)

    def _wait_for_issue(self, values: ReturnValues, properties: Properties) -> ReturnValues:
        """Do what CloudFormation does: add the records to the given zones, wait for the issue."""
        arn, _ = values
        options = {o["DomainName"]: o for o in properties.get("DomainValidationOptions", ())}
        record = _certificates[arn]
        for option in record["DomainValidationOptions"]:
            zone = options.get(option["DomainName"], {}).get("HostedZoneId")
            if zone:
                _add_record(zone, option["ResourceRecord"])
        began = self._clock.now()
        while record["Status"] == "PENDING_VALIDATION" and arn in _certificates:
            if self._clock.now() - began > _STACK_TIMED_OUT_SECONDS:
                token = uuid.uuid4()
                msg = f"Resource timed out waiting for completion (RequestToken: {token})"
                raise ValueError(msg)
            if cancellation.is_cancelled(record["DomainName"]):
                msg = "Resource creation cancelled"
                raise ValueError(msg)
            self._pause()
        if record["Status"] != "ISSUED":
            msg = f"The certificate {arn} was not validated: {record['Status']}."
            raise ValueError(msg)
        return values

    def _pause(self) -> None:
        self._clock.sleep_sync(_CHECK_EVERY_SECONDS)
        if self._clock.instant:
            time.sleep(_CHECK_EVERY_REAL)


def _validation(domain: str, method: str) -> Record:
    """Return the record that proves a domain. A wildcard has that of the domain itself."""
    base = domain.removeprefix("*.")
    digest = hashlib.md5(base.encode(), usedforsecurity=False).hexdigest()
    return {
        "DomainName": domain,
        "ValidationDomain": domain,
        "ValidationMethod": method,
        "ValidationStatus": "PENDING_VALIDATION",
        "ResourceRecord": {
            "Name": f"_{digest}.{base}.",
            "Type": "CNAME",
            "Value": f"_{digest[::-1]}.acm-validations.aws.",
        },
    }


def _without_dates(shape: Callable[[Record], Record]) -> Callable[[Record], Record]:
    """A certificate that is not issued has no dates."""

    def shown(certificate: Record) -> Record:
        described = shape(certificate)
        if certificate["Status"] != "ISSUED":
            for name in ("IssuedAt", "NotBefore", "NotAfter"):
                described.pop(name, None)
        return described

    return shown


def _in_use(arn: str) -> bool:
    """Return whether a distribution, a listener or a host of AWS IoT uses this certificate."""
    distributions = (record["config_xml"] for _, record in scoped(_distributions))
    listeners = (str(record.get("Certificates")) for _, record in scoped(_listeners))
    return any(arn in text for text in (*distributions, *listeners)) or custom_domains.uses(arn)


def _refuse_in_use(_kind: str, arn: str, _properties: Properties) -> None:
    if _in_use(arn):
        msg = f"The certificate {arn} is in use."
        raise ValueError(msg)


def _refusing_in_use(delete: Callable[[Record], Any]) -> Callable[[Record], Any]:
    def deleted(parameters: Record) -> Any:
        arn = parameters.get("CertificateArn", "")
        if _in_use(arn):
            message = f"Certificate {arn} is in use."
            return error_response_json("ResourceInUseException", message, 400)
        return delete(parameters)

    return deleted


def _cnames() -> set[tuple[str, str]]:
    """Return name and value of every CNAME record in the account's hosted zones."""
    route53 = api("route53")
    return {
        (_dotted(record["Name"]), _dotted(value["Value"]))
        for zone in route53.list_hosted_zones()["HostedZones"]
        for record in route53.list_resource_record_sets(HostedZoneId=zone["Id"])[
            "ResourceRecordSets"
        ]
        if record["Type"] == "CNAME"
        for value in record.get("ResourceRecords", ())
    }


def _dotted(name: str) -> str:
    return name.rstrip(".") + "."


def _add_record(zone: str, record: Record) -> None:
    change = {
        "Action": "UPSERT",
        "ResourceRecordSet": {
            "Name": record["Name"],
            "Type": record["Type"],
            "TTL": 300,
            "ResourceRecords": [{"Value": record["Value"]}],
        },
    }
    api("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change]})
