"""Shadows of chargers in AWS IoT: they outlive their thing, and its namesake would have them."""

import json
from collections.abc import Mapping
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Kind, tolerate

CERTIFICATE: Final = "certificate"
"""Key of the reported state: id of the certificate with which the charger connected last. The rule
`presence` of the stack iot writes it."""


async def reported(thing: str, door: Door) -> Mapping[str, Any]:
    """Return what the shadow of a thing reports; nothing without a shadow. Raises AwsError."""
    response = await door.find("iot-data", "get_thing_shadow", thingName=thing)
    try:
        state = json.loads(response["payload"])["state"]["reported"] if response else {}
    except (ValueError, KeyError, TypeError):
        return {}
    return state if isinstance(state, Mapping) else {}


async def delete_all(thing: str, door: Door) -> None:
    """Delete every shadow of a thing; none is fine. Raises AwsError."""
    with tolerate(Kind.NOT_FOUND):
        await door.call("iot-data", "delete_thing_shadow", thingName=thing)
    for name in await _named(thing, door):
        with tolerate(Kind.NOT_FOUND):
            await door.call("iot-data", "delete_thing_shadow", thingName=thing, shadowName=name)


async def _named(thing: str, door: Door) -> list[str]:
    """Return the names of a thing's named shadows, which AWS pages without a paginator."""
    names: list[str] = []
    more: dict[str, Any] = {}
    while True:
        page = await door.find("iot-data", "list_named_shadows_for_thing", thingName=thing, **more)
        names += (page or {}).get("results", ())
        if not page or not page.get("nextToken"):
            return names
        more = {"nextToken": page["nextToken"]}
