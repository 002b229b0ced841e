"""Desired settings of chargers beside what they report, in their shadows."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from solarrally_tui.chargers.management.settings import SETTINGS
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.site import names


@dataclass(frozen=True, slots=True)
class Shadow:
    """What is desired of a charger, and what it reports."""

    desired: Mapping[str, float] = field(default_factory=dict)
    reported: Mapping[str, float] = field(default_factory=dict)
    firmware: str = ""

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Names and values for people; nothing where nothing was ever set or reported."""
        shown = []
        for name, setting in SETTINGS.items():
            wanted, told = self.desired.get(name), self.reported.get(name)
            if wanted is None and told is None:
                continue
            parts = [f"{told:g} {setting.unit}" if told is not None else "not reported"]
            if wanted is not None and wanted != told:
                parts.append(f"waits for {wanted:g} {setting.unit}")
            shown.append((name, ", ".join(parts)))
        return shown


async def read(site: DeployedSite, name: str) -> Shadow:
    """Read the settings of a charger; an empty shadow where it has none. Raises AwsError."""
    found = await site.door.find(
        "iot-data", "get_thing_shadow", thingName=name, shadowName=names.SETTINGS_SHADOW
    )
    if found is None:
        return Shadow()
    body = found["payload"]
    text = await asyncio.to_thread(body.read) if hasattr(body, "read") else body
    state: dict[str, Any] = json.loads(text).get("state") or {}
    reported = dict(state.get("reported") or {})
    firmware = str(reported.pop("firmware", ""))
    return Shadow(_known(state.get("desired") or {}), _known(reported), firmware)


def _known(values: Mapping[str, Any]) -> dict[str, float]:
    return {name: value for name, value in values.items() if name in SETTINGS}
