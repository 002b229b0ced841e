"""Where a site's devices and tasks reach AWS IoT."""

from dataclasses import dataclass, replace
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.site.model import Site

MQTT_PORT: Final = "8883"
"""MQTT over TLS on AWS IoT. Only a simulated account names another port in its endpoint."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The MQTT endpoint of AWS IoT in one Region."""

    host: str
    port: str

    @property
    def address(self) -> str:
        """The endpoint as AWS names it, for a DNS record that leads there."""
        return self.host if self.port == MQTT_PORT else f"{self.host}:{self.port}"


async def iot_endpoint(door: Door) -> Endpoint:
    """Return the MQTT endpoint of the door's Region; AWS creates it on the first call.

    Raises AwsError.
    """
    response = await door.call("iot", "describe_endpoint", endpointType="iot:Data-ATS")
    host, _, port = str(response["endpointAddress"]).partition(":")
    return Endpoint(host, port or MQTT_PORT)


async def charger_endpoint(site: Site, door: Door) -> Endpoint:
    """Return where chargers of a site connect: its host for them, or without one AWS's.

    Raises AwsError.
    """
    endpoint = await iot_endpoint(door)
    return replace(endpoint, host=site.domain.charger_host or endpoint.host)
