"""How often AWS IoT's control plane may be called, in this account."""

import asyncio
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError

_LIMITS: Final[dict[str, tuple[str, float]]] = {
    "add_thing_to_thing_group": ("L-2904683A", 100.0),
    "attach_policy": ("L-CA7D4E3E", 15.0),
    "attach_thing_principal": ("L-F64D1AA6", 100.0),
    "create_certificate_from_csr": ("L-01BCDDCA", 15.0),
    "create_thing": ("L-64CBACAC", 100.0),
    "create_thing_group": ("L-512F449C", 25.0),
    "describe_thing": ("L-0EF0F5EE", 350.0),
    "list_thing_principals": ("L-FC3EF4D9", 10.0),
    "update_certificate": ("L-77B523DC", 10.0),
    "update_thing": ("L-211F680E", 100.0),
}
"""Quota code and default value, calls a second in an account and Region (AWS General Reference,
AWS IoT Core endpoints and quotas, API throttling; Service Quotas, service code iotcore).

An account's own value binds, and can be raised. Issuing certificates and attaching policies are the
slowest that adding a charger needs, so 15 chargers a second come in by default."""

_OTHERS: Final[dict[str, float]] = {
    "delete_certificate": 10.0,
    "delete_thing": 100.0,
    "describe_certificate": 10.0,
    "detach_policy": 15.0,
    "detach_thing_principal": 100.0,
    "list_attached_policies": 15.0,
    "list_certificates": 10.0,
    "list_principal_things": 10.0,
    "list_things_in_thing_group": 25.0,
    "register_certificate_without_ca": 10.0,
}
"""The same of what is called for few chargers only, by default."""

_NEEDED: Final = ("attach_policy", "create_certificate_from_csr")


async def calls_a_second(door: Door) -> dict[str, float]:
    """Return the limits of this account by `iot.operation`, as Rates takes them.

    Where Service Quotas is not to be read, they are AWS's defaults.
    """

    async def applied(code: str, default: float) -> float:
        try:
            response = await door.call(
                "service-quotas", "get_service_quota", ServiceCode="iotcore", QuotaCode=code
            )
        except AwsError:
            return default
        return float(response["Quota"]["Value"]) or default

    values = await asyncio.gather(*(applied(*limit) for limit in _LIMITS.values()))
    together = {**_OTHERS, **dict(zip(_LIMITS, values, strict=True))}
    return {f"iot.{operation}": value for operation, value in together.items()}


def chargers_a_second(limits: dict[str, float]) -> float:
    """Return how many chargers can be added in a second within the limits."""
    return min(limits[f"iot.{operation}"] for operation in _NEEDED)
