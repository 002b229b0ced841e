"""The stage of a demonstration: sets the scenario and the pace of the simulated account."""

import asyncio
import json
import os
import urllib.request
from collections.abc import Mapping
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.pace import VARIABLE
from solarrally_tui.commands.demonstration.scenarios import BY_ID, SCENARIOS, Scenario

_SECONDS: Final = 10.0
_PAUSED: Final = "0.000001"
_FASTEST: Final = 320.0
_PACES: Final = {"real": "1", "instant": "inf"}


class SimulatedStage:
    """Calls the simulated account's own interface, which it has beside AWS's."""

    def __init__(self, endpoint_url: str, scenario: str, speed: str) -> None:
        self._url = endpoint_url
        self._default = self._speed = speed
        self._paused = False
        self._lifting: asyncio.Task[None] | None = None
        self.current = scenario

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """Every story that can be shown."""
        return SCENARIOS

    @property
    def pace(self) -> str:
        """The pace in words, such as "20x"."""
        if self._paused:
            return "paused"
        return self._speed if self._speed in {"real", "instant"} else f"{float(self._speed):g}x"

    @property
    def answers(self) -> Mapping[str, Any]:
        """Answers of the site that the present scenario needs."""
        return BY_ID[self.current].answers

    async def play(self, scenario: str) -> None:
        """Undo what the previous scenario did, and set up this one."""
        self._stop_lifting()
        found = BY_ID[scenario]
        await self._send("DELETE", "faults")
        await self._send("DELETE", "dns")
        await self._send("POST", "scenario", {"scenario": found.account})
        for fault in found.faults:
            await self._send("POST", "faults", fault)
        if found.zone:
            await _have_zone(found.zone)
        self.current = scenario

    def begun(self) -> None:
        """Note that a deployment begins: a fault that ends on its own starts to run out."""
        after = BY_ID[self.current].lift_after
        if after is not None and self._lifting is None:
            self._lifting = asyncio.create_task(self._lift(after))

    async def pause(self) -> None:
        """Pause or continue the simulated time."""
        await self._pace(self._speed, paused=not self._paused)

    async def faster(self) -> None:
        """Double the pace; instant is as fast as it goes."""
        if self._speed == "instant":
            return
        doubled = 2 * (1.0 if self._speed == "real" else float(self._speed))
        await self._pace("instant" if doubled > _FASTEST else f"{doubled:g}", paused=False)

    async def normal(self) -> None:
        """Return to the pace of the start."""
        await self._pace(self._default, paused=False)

    def viewed(self, url: str) -> str:
        """Return a dashboard's address as a browser opens it that does not trust our authority."""
        return url.replace("https://localhost", "http://localhost", 1)

    async def _pace(self, speed: str, *, paused: bool) -> None:
        await self._send("POST", "speed", {"speed": _PAUSED if paused else speed})
        self._speed, self._paused = speed, paused
        if not paused:
            os.environ[VARIABLE] = _PACES.get(speed, speed)

    async def _lift(self, after: float) -> None:
        await asyncio.sleep(after)
        await self._send("DELETE", "faults")
        await self._send("POST", "dns", {"name": "*"})

    def _stop_lifting(self) -> None:
        if self._lifting is not None:
            self._lifting.cancel()
        self._lifting = None

    async def _send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> None:
        await asyncio.to_thread(self._send_now, method, path, dict(body or {}))

    def _send_now(self, method: str, path: str, body: dict[str, Any]) -> None:
        request = urllib.request.Request(  # noqa: S310 loopback, over HTTP
            f"{self._url}/_solarrally/{path}", json.dumps(body).encode(), method=method
        )
        with urllib.request.urlopen(request, timeout=_SECONDS):  # noqa: S310
            return


async def _have_zone(name: str) -> None:
    async with await Door.open() as door:
        zones = await door.pages("route53", "list_hosted_zones", "HostedZones")
        if all(zone["Name"].rstrip(".") != name for zone in zones):
            await door.call("route53", "create_hosted_zone", Name=name, CallerReference=name)
