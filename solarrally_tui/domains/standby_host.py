"""The chargers' host in a second Region, before a site is recovered there.

AWS renews a certificate only while one of its services uses it (ACM user guide, "Managed
certificate renewal"), so a domain configuration of AWS IoT keeps it in use. Both cost nothing. The
recovered site's stack takes over the certificate and has a configuration of its own, because a
Region serves a host by one. Both sites know what is on standby by the name in their topics.
"""

import hashlib
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Kind, tolerate
from solarrally_tui.domains import certificates, replaced_certificates
from solarrally_tui.domains.certificates import ISSUED, PENDING, PendingCertificate
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import SITE_TAG, STANDBY_TAG, standby_host

_USABLE: Final = (PENDING, ISSUED)


async def prepare(door: Door, site: Site) -> PendingCertificate:
    """Request the certificate of a site's host in the door's Region, and use it once it is issued.

    What was prepared for another host is deleted. Running it again continues. Raises AwsError.
    """
    topic, host = site.topic_name, site.domain.charger_host
    await delete(door, topic, but=host)
    arns = await _on_standby(door, topic, host)
    arn = arns[0] if arns else await _request(door, site)
    certificate = await certificates.described(door, arn, door.region)
    if certificate is None:
        return PendingCertificate(host, door.region, arn, PENDING)
    if certificate.is_issued:
        with tolerate(Kind.EXISTS):
            await door.call(
                "iot",
                "create_domain_configuration",
                domainConfigurationName=standby_host(topic, host),
                domainName=host,
                serverCertificateArns=[arn],
                serviceType="DATA",
            )
    return certificate


async def ready(door: Door, topic: str, host: str) -> str:
    """Return the ARN of the issued certificate that is on standby for a host; empty without one.

    topic: the name in the topics of the site. Raises AwsError.
    """
    return next(iter(await _on_standby(door, topic, host, ISSUED)), "")


async def release(door: Door, topic: str, host: str) -> None:
    """Delete the configuration that keeps the certificate in use, where there is one.

    AWS IoT deletes only one that is disabled. Raises AwsError.
    """
    name = standby_host(topic, host)
    if await door.find("iot", "describe_domain_configuration", domainConfigurationName=name):
        await door.call(
            "iot",
            "update_domain_configuration",
            domainConfigurationName=name,
            domainConfigurationStatus="DISABLED",
        )
        await door.call("iot", "delete_domain_configuration", domainConfigurationName=name)


async def delete(door: Door, topic: str, but: str = "") -> int:
    """Delete what is on standby in the door's Region; return how many certificates.

    but: a host of which it stays. A certificate that a recovered site has taken over is in use, and
    stays too. Raises AwsError.
    """
    count = 0
    for arn in await _on_standby(door, topic):
        certificate = await certificates.described(door, arn, door.region)
        if certificate and certificate.domain != but:
            await release(door, topic, certificate.domain)
            count += await replaced_certificates.delete(door, arn)
    return count


async def _on_standby(door: Door, topic: str, host: str = "", *statuses: str) -> list[str]:
    return await certificates.tagged(
        door, topic, door.region, host, statuses or _USABLE, key=STANDBY_TAG
    )


async def _request(door: Door, site: Site) -> str:
    host = site.domain.charger_host
    requested = await door.call(
        "acm",
        "request_certificate",
        DomainName=host,
        ValidationMethod="DNS",
        IdempotencyToken=hashlib.sha256(f"{site.name} {host}".encode()).hexdigest()[:32],
    )
    arn = str(requested["CertificateArn"])
    tags = [
        {"Key": SITE_TAG, "Value": site.name},
        {"Key": STANDBY_TAG, "Value": site.topic_name},
    ]
    await door.call("acm", "add_tags_to_certificate", CertificateArn=arn, Tags=tags)
    return arn
