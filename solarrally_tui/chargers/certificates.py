"""A device's certificate in AWS IoT: attached, and deleted completely."""

from collections.abc import Mapping
from typing import Final

from cryptography import x509

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, tolerate
from solarrally_tui.aws.poll import poll
from solarrally_tui.deployed.device_certificates import Certificate, left_behind
from solarrally_tui.deployed.fleet_index import END, end_of

_NOT_YET: Final = frozenset(
    {"DeleteConflictException", "CertificateStateException", "InvalidRequestException"}
)
"""Error codes while a certificate is still being detached, which goes on after the call returned
(AWS IoT API reference, DetachThingPrincipal)."""

_EVERY_SECONDS: Final = 1.0
_LIMIT_SECONDS: Final = 60.0


async def attach(certificate: Certificate, thing: str, policy: str, door: Door) -> None:
    """Attach a certificate to a thing, and a policy to the certificate. Raises AwsError."""
    # The thing first: from then on a certificate can be found by its thing and deleted.
    await door.call("iot", "attach_thing_principal", thingName=thing, principal=certificate.arn)
    await door.call("iot", "attach_policy", policyName=policy, target=certificate.arn)


async def note_end(
    certificate: Certificate, thing: str, door: Door, more: Mapping[str, str] | None = None
) -> None:
    """Write when a certificate expires where the fleet index sees it: on its thing.

    more: other attributes of the thing.

    An operator whose policy is of an older release may not do this; then nobody counts it. Raises
    AwsError.
    """
    end = x509.load_pem_x509_certificate(certificate.pem.encode()).not_valid_after_utc
    with tolerate(Kind.DENIED):
        await set_attributes(thing, {END: end_of(end), **(more or {})}, door)


async def set_attributes(thing: str, attributes: Mapping[str, str], door: Door) -> None:
    """Set attributes of a thing, and leave its others; an empty value removes one.

    Raises AwsError.
    """
    payload = {"attributes": dict(attributes), "merge": True}
    await door.call("iot", "update_thing", thingName=thing, attributePayload=payload)


async def certificates_of(thing: str, door: Door) -> list[str]:
    """Return the ARNs of the certificates of a thing. Raises AwsError."""
    principals = await door.pages("iot", "list_thing_principals", "principals", thingName=thing)
    return [arn for arn in principals if ":cert/" in arn]


async def others_of(arn: str, thing: str, door: Door) -> list[str]:
    """Return the other things that have a certificate of a thing. Raises AwsError."""
    things = await door.pages("iot", "list_principal_things", "things", principal=arn)
    return [one for one in things if one != thing]


async def let_go(arn: str, thing: str, door: Door) -> None:
    """Delete a certificate of a thing; one that other things have too only loses this one.

    Raises AwsError and StillWaitingError.
    """
    if await others_of(arn, thing, door):
        await door.call("iot", "detach_thing_principal", thingName=thing, principal=arn)
    else:
        await delete(arn, door)


async def clear(site: str, name: str, door: Door) -> None:
    """Delete what a run left of a charger's certificates that was killed while it deleted them.

    Between the last two calls nothing but the certificate's subject says whose it is. Raises
    AwsError and StillWaitingError.
    """
    for arn in await left_behind(site, door, name):
        await delete(arn, door)


async def delete(arn: str, door: Door) -> None:
    """Deactivate, detach and delete a certificate; one that is gone already is fine.

    Raises AwsError and StillWaitingError.
    """
    name = arn.rpartition("/")[2]
    status = {"certificateId": name, "newStatus": "INACTIVE"}
    if await door.find("iot", "update_certificate", **status) is None:
        return
    for policy in await door.pages("iot", "list_attached_policies", "policies", target=arn):
        await door.call("iot", "detach_policy", policyName=policy["policyName"], target=arn)
    for thing in await door.pages("iot", "list_principal_things", "things", principal=arn):
        await door.call("iot", "detach_thing_principal", thingName=thing, principal=arn)
    await _delete_when_free("delete_certificate", door, certificateId=name)


async def delete_thing(name: str, door: Door) -> None:
    """Delete a thing that has no certificate any more. Raises AwsError and StillWaitingError."""
    await _delete_when_free("delete_thing", door, thingName=name)


async def _delete_when_free(operation: str, door: Door, **what: str) -> None:
    async def attempt() -> bool | None:
        try:
            with tolerate(Kind.NOT_FOUND):
                await door.call("iot", operation, **what)
        except AwsError as error:
            if error.code in _NOT_YET:
                return None
            raise
        return True

    await poll(attempt, every=_EVERY_SECONDS, limit=_LIMIT_SECONDS)
