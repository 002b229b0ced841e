"""Hosts of one's own at AWS IoT: which certificate it shows, and in which Region it serves them.

A device says in its TLS handshake (SNI) which host it means. On AWS it has been led to a Region by
DNS before; here all Regions are on this machine, so the record of the simulated DNS is asked then.
"""

import ssl
from collections.abc import Callable
from typing import Any

from ministack.services import acm, iot

from solarrally_tui.simulator.ca import LocalCa
from solarrally_tui.simulator.pins import Record, private, replace, scoped

_configurations = private(iot, "_domain_configurations")
_certificates = private(acm, "_certificates")
_trust_anchors = private(iot, "_mtls_trust_anchors")

_ENABLED = "ENABLED"


class CustomDomains:
    """The domain configurations of all Regions. Belongs to the loop that serves."""

    def __init__(self, ca: LocalCa, region_of: Callable[[str], str]) -> None:
        """region_of: the Region to whose endpoint DNS leads a host; empty for none."""
        self._ca, self._region_of = ca, region_of
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._loaded: set[tuple[str, str]] = set()

    def install(self) -> None:
        """Show the certificate of the host that a device asks for. Call once."""
        replace(iot, "_mtls_on_client_hello", self._presenting)

    def region(self, host: str) -> str:
        """Return the Region to which DNS leads a host and which serves it; empty for none."""
        region = self._region_of(host)
        return region if region and served(host, region) else ""

    def _presenting(self, hello: Callable[..., None]) -> Callable[..., None]:
        def present(connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
            hello(connection, name, context)
            if name and self.region(name):
                connection.context = self._context(name)

        return present

    def _context(self, host: str) -> ssl.SSLContext:
        if host not in self._contexts:
            context = self._ca.server_context((host,))
            context.verify_mode = ssl.CERT_REQUIRED
            # A registered certificate of a device is an anchor of its own, whatever signed it.
            context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
            self._contexts[host] = context
        for anchor, pem in _trust_anchors():
            if (host, anchor) not in self._loaded:
                self._loaded.add((host, anchor))
                self._contexts[host].load_verify_locations(cadata=pem)
        return self._contexts[host]


def served(host: str, region: str) -> bool:
    """Return whether a Region has an enabled configuration of a host, and its certificate."""
    return any(
        record.get("domainName") == host
        and record.get("domainConfigurationStatus") == _ENABLED
        and any(_is_issued(each) for each in record.get("serverCertificates", ()))
        for key, record in scoped(_configurations)
        if key[1] == region
    )


def uses(arn: str) -> bool:
    """Return whether a domain configuration has a certificate."""
    return any(
        arn in str(record.get("serverCertificates")) for _, record in scoped(_configurations)
    )


def _is_issued(server_certificate: Record) -> bool:
    arn: Any = server_certificate["serverCertificateArn"]
    return any(
        record["CertificateArn"] == arn and record["Status"] == "ISSUED"
        for _, record in scoped(_certificates)
    )
