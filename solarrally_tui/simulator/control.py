"""`/_solarrally/*`: how a person or a test controls the simulated account, in JSON."""

import json
from collections.abc import Callable
from typing import Any

from solarrally_tui.simulator.calls import CallCounter
from solarrally_tui.simulator.clock import parse_speed
from solarrally_tui.simulator.extensions import Shared
from solarrally_tui.simulator.identity_center import CENTER
from solarrally_tui.simulator.iot import region_endpoints
from solarrally_tui.simulator.measurements import MEASUREMENTS
from solarrally_tui.simulator.scenarios.current import CURRENT
from solarrally_tui.simulator.scenarios.lost_regions import LOST
from solarrally_tui.simulator.services import iot_fleet, rds_logs
from solarrally_tui.simulator.stacks.stack_states import StackStates
from solarrally_tui.simulator.wire.responses import ApiError, ApiResponse

PREFIX = "/_solarrally/"

Body = dict[str, Any]
Handler = Callable[[str, Body], Any]


class Control:
    """Answers the simulator's own paths: faults, scenario, permissions, mailbox and more."""

    def __init__(self, shared: Shared) -> None:
        self.calls = CallCounter()
        self._clock = shared.clock
        faults, dns, authorization = shared.faults, shared.dns, shared.authorization
        self._routes: dict[tuple[str, str], Handler] = {
            ("GET", "faults"): lambda _id, _body: {"faults": faults.listed()},
            ("POST", "faults"): lambda _id, body: faults.add(body),
            ("DELETE", "faults"): lambda fault, _body: faults.remove(fault),
            ("GET", "speed"): lambda _id, _body: {"speed": self._speed()},
            ("POST", "speed"): self._set_speed,
            ("GET", "calls"): lambda _id, _body: {"calls": self.calls.listed()},
            ("DELETE", "calls"): lambda _id, _body: {"calls": self.calls.clear()},
            ("GET", "permissions"): lambda _id, _body: authorization.listed(),
            ("POST", "permissions"): lambda _id, _body: authorization.record(on=True),
            ("DELETE", "permissions"): lambda _id, _body: authorization.record(on=False),
            ("GET", "scenario"): lambda _id, _body: {"scenario": CURRENT.scenario.id},
            ("POST", "scenario"): lambda _id, body: {
                "scenario": CURRENT.choose(str(body.get("scenario", "")))
            },
            ("DELETE", "scenario"): lambda _id, _body: {"scenario": CURRENT.choose("")},
            ("GET", "device"): lambda code, _body: CENTER.approve(code),
            ("GET", "lost-regions"): lambda _id, _body: {"regions": LOST.listed()},
            ("POST", "lost-regions"): lambda _id, body: _lose(body.get("regions")),
            ("GET", "mailbox"): lambda _id, _body: {"messages": shared.mailbox.listed()},
            ("GET", "dns"): lambda _id, _body: {"records": dns.listed()},
            ("POST", "dns"): lambda _id, body: dns.announce(body),
            ("DELETE", "dns"): lambda _id, _body: dns.withdraw(),
            ("POST", "fleet"): _fill_fleet,
            ("POST", "deactivation"): lambda _id, body: shared.deactivation.set_after(body),
            ("POST", "figures"): lambda _id, body: MEASUREMENTS.set_figure(body),
            ("DELETE", "figures"): lambda _id, _body: MEASUREMENTS.forget_figures(),
            ("GET", "tasks"): lambda _id, _body: {"tasks": shared.runtime.ports()},
            ("POST", "tasks"): lambda _id, body: {
                "tasks": shared.runtime.set_fault(str(body.get("fault", "")))
            },
            ("POST", "database-log"): lambda _id, body: rds_logs.write(body),
            ("POST", "stacks"): lambda _id, body: StackStates(faults).put(body),
        }

    def answer(self, method: str, path: str, body: bytes) -> ApiResponse:
        """Answer one request. A response that is not 200 says in `error` what is wrong."""
        name, _, identifier = path.removeprefix(PREFIX).partition("/")
        handler = self._routes.get((method, name))
        if handler is None:
            return _json(404, {"error": f"There is no {method} {path}."})
        try:
            return _json(200, handler(identifier, json.loads(body or b"{}")))
        except (ValueError, TypeError) as error:
            return _json(400, {"error": str(error)})
        except ApiError as error:
            return _json(error.status, {"error": error.message})

    def _speed(self) -> str | float:
        return "instant" if self._clock.instant else self._clock.speed

    def _set_speed(self, _identifier: str, body: Body) -> Body:
        self._clock.set_speed(parse_speed(str(body.get("speed", ""))))
        return {"speed": self._speed()}


def _lose(regions: object) -> Body:
    lost = LOST.choose(regions)
    region_endpoints.cut()
    return {"regions": lost}


def _fill_fleet(_identifier: str, body: Body) -> Any:
    chargers = int(body.get("chargers", 0))
    connected = int(body.get("connected", chargers))
    site, attributes = str(body.get("site", "")), dict(body.get("attributes") or {})
    disconnected = {reason: int(count) for reason, count in body.get("disconnected", {}).items()}
    return iot_fleet.fill(site, chargers, connected, attributes, disconnected)


def _json(status: int, value: Any) -> ApiResponse:
    return ApiResponse(status, {"content-type": "application/json"}, json.dumps(value).encode())
