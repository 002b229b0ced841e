"""The stage of a demonstration: sets the scenario and the pace of the simulated account."""

import asyncio
import json
import os
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from solarrally_tui.account.credentials.sign_in import DeviceSignIn
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.keys import Keys
from solarrally_tui.aws.pace import VARIABLE
from solarrally_tui.commands.demonstration.scenarios import (
    BY_ID,
    RECORDS_AFTER,
    SCENARIOS,
    SETS_RECORDS,
    START_URL,
    Scenario,
    chargers_of,
)

if TYPE_CHECKING:
    from solarrally_tui.commands.demonstration.charging import Charging

_HOME: Final = "us-east-1"
"""The Region of the simulated IAM Identity Center."""
_SECONDS: Final = 10.0
_PAUSED: Final = "0.000001"
_FASTEST: Final = 320.0
_PACES: Final = {"real": "1", "instant": "inf"}


class SimulatedStage:
    """Calls the simulated account's own interface, which it has beside AWS's."""

    def __init__(self, endpoint_url: str, scenario: str, speed: str, folder: Path) -> None:
        """folder: for what ends with the demonstration."""
        self._url = endpoint_url
        self._default = self._speed = speed
        self._paused = False
        self._lifting: asyncio.Task[None] | None = None
        self.current = scenario
        self.folder = folder / "chargers"
        self.keys: Keys | None = None
        self._charging: dict[str, Charging] = {}
        """By the site, while its chargers charge."""

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

    @property
    def screen(self) -> str:
        """The step that the present scenario is about."""
        return BY_ID[self.current].screen

    @property
    def sets_records(self) -> str:
        """Who sets the records that AWS waits for at another DNS provider, and when."""
        return SETS_RECORDS

    @property
    def portal(self) -> tuple[str, str]:
        """The start URL and the Region of the simulated IAM Identity Center."""
        return START_URL, _HOME

    @property
    def environment(self) -> Mapping[str, str]:
        """Variables with what the person has signed in with; none for the account's own."""
        if self.keys is None:
            return {}
        return {
            "AWS_ACCESS_KEY_ID": self.keys.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.keys.secret.reveal(),
            "AWS_SESSION_TOKEN": self.keys.token.reveal(),
        }

    def is_other_person(self, scenario: str) -> bool:
        """Whether somebody else is signed in, in that scenario, than in the present one."""
        return BY_ID[scenario].is_root is not BY_ID[self.current].is_root

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
        if found.is_root:
            self.keys = None
        elif self.keys is None:
            self.keys = await self._sign_in()
        self.current = scenario

    async def sign_in(self) -> None:
        """Sign in again in the person's place, as at the start. The session that ended is over.

        Other terminals that hold its keys work again: the story is the wizard's.
        """
        await self._send("DELETE", "faults")
        self.keys = await self._sign_in()

    def begun(self) -> None:
        """Note that a deployment begins: a fault that ends on its own starts to run out.

        In every scenario somebody sets the records that AWS waits for at another DNS provider.
        """
        if self._lifting is None:
            self._lifting = asyncio.create_task(self._lift(BY_ID[self.current].lift_after))

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

    async def charge(self, site: str) -> None:
        """Let chargers of a deployed site charge until cancelled. Raises AwsError, ChargerError.

        After an update nothing happens: they connect again by themselves, as real ones do.
        """
        from solarrally_tui.commands.demonstration.charging import Charging
        from solarrally_tui.deployed.site import DeployedSite

        async with await Door.open(keys=self.keys) as door:
            deployed = await DeployedSite.open(door, site)
            stack = await deployed.stacks.find("iot")
            identities, before = stack.id if stack else "", self._charging.get(site)
            if before is not None:
                if before.identities == identities:
                    return
                before.end()
            charging = self._charging[site] = Charging(deployed, identities, self.folder)
            try:
                await charging.run()
            finally:
                if self._charging[site] is charging:
                    del self._charging[site]

    def chargers(self, site: str) -> frozenset[str]:
        """Return the names of the chargers that charge at a deployed site unasked."""
        return frozenset(chargers_of(site))

    async def send_on(self, site: str, settings: Path) -> None:
        """Let a charger go on sending by the settings among its files. Raises ChargerError."""
        from solarrally_tui.chargers.files import ChargerFiles

        if site in self._charging:
            self._charging[site].join(await asyncio.to_thread(ChargerFiles.load, settings))

    async def _pace(self, speed: str, *, paused: bool) -> None:
        await self._send("POST", "speed", {"speed": _PAUSED if paused else speed})
        self._speed, self._paused = speed, paused
        if not paused:
            os.environ[VARIABLE] = _PACES.get(speed, speed)

    async def _lift(self, after: float | None) -> None:
        await asyncio.sleep(RECORDS_AFTER if after is None else after)
        if after is not None:
            await self._send("DELETE", "faults")
        await self._send("POST", "dns", {"name": "*"})

    def _stop_lifting(self) -> None:
        if self._lifting is not None:
            self._lifting.cancel()
        self._lifting = None

    async def _sign_in(self) -> Keys:
        """Sign in as a person does, and confirm the code as they do in a browser."""
        sign_in = DeviceSignIn(START_URL, _HOME)
        try:
            invitation = await sign_in.start()
            await self._send("GET", f"device/{invitation.code}")
            await sign_in.wait()
            (role,) = await sign_in.roles()
            return await sign_in.keys(role)
        finally:
            sign_in.close()

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
