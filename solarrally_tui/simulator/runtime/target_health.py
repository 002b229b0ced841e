"""Target health: each registered target is really asked, as its load balancer would."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from ministack.services import alb

from solarrally_tui.simulator.pins import Record, private, replace_entry, scoped
from solarrally_tui.simulator.runtime.container_engine import ContainerEngine, Standin

_tgs = private(alb, "_tgs")
_targets = private(alb, "_targets")
_p = private(alb, "_p")
_parse_targets_param = private(alb, "_parse_targets_param")
_xml = private(alb, "_xml")

_LIMIT = 3.0


@dataclass(frozen=True)
class TargetState:
    """A target's state with elastic load balancing's own reason code and words."""

    state: str
    reason: str = ""
    description: str = ""


HEALTHY = TargetState("healthy")
_INITIAL = TargetState("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")
_TIMEOUT = TargetState("unhealthy", "Target.Timeout", "Request timed out")


class TargetHealth:
    """The last verdict on every target of every target group."""

    def __init__(self, engine: ContainerEngine) -> None:
        self._engine = engine
        self._verdicts: dict[tuple[str, str], TargetState] = {}

    def verdict(self, group: str, address: str) -> TargetState:
        """The verdict on one target of a target group, by their ARN and address."""
        return self._verdicts.get((group, address), _INITIAL)

    def standins(self, group: str) -> list[Standin]:
        """Whom a load balancer would send a request to: the healthy ones, or else everyone."""
        targets = [t["Id"] for _, t in _targets_of(group)]
        known = [s for s in map(self._engine.at, targets) if s is not None]
        healthy = [s for s in known if self.verdict(group, s.address) == HEALTHY]
        return healthy or known  # a load balancer fails open

    async def check(self) -> None:
        """Ask every registered target once."""
        targets = [(g, t["Id"]) for g in _groups() for _, t in _targets_of(g)]
        paths = {g: str(record.get("HealthCheckPath") or "/") for g, record in _groups().items()}
        asked = [self._ask(address, paths[group]) for group, address in targets]
        self._verdicts = dict(zip(targets, await asyncio.gather(*asked), strict=True))

    async def _ask(self, address: str, path: str) -> TargetState:
        standin = self._engine.at(address)
        if standin is None or not standin.port:
            return _TIMEOUT
        try:
            status = await asyncio.wait_for(_status(standin.port, path), _LIMIT)
        except (OSError, TimeoutError, ValueError):
            return _TIMEOUT
        if status == 200:
            return HEALTHY
        text = f"Health checks failed with these codes: [{status}]"
        return TargetState("unhealthy", "Target.ResponseCodeMismatch", text)


async def _status(port: int, path: str) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: target\r\nConnection: close\r\n\r\n".encode())
        line = await reader.readline()
        return int(line.split()[1])
    except IndexError:
        raise ValueError("not an HTTP answer") from None
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _groups() -> dict[str, Record]:
    return {key[2]: record for key, record in scoped(_tgs)}


def _targets_of(group: str) -> list[tuple[str, Record]]:
    for (_, arn), targets in scoped(_targets):
        if arn == group:
            return [(arn, target) for target in targets]
    return []


def install(health: TargetHealth) -> None:
    """Let DescribeTargetHealth answer from the verdicts."""
    replace_entry(
        alb,
        "_ACTION_MAP",
        "DescribeTargetHealth",
        lambda describe: _from_verdicts(describe, health),
    )


def _from_verdicts(describe: Callable[[Any], Any], health: TargetHealth) -> Callable[[Any], Any]:
    def described(params: Any) -> Any:
        group = _p(params, "TargetGroupArn")
        if group not in _tgs:
            return describe(params)
        wanted = {t["Id"] for t in _parse_targets_param(params)}
        known = [target for _, target in _targets_of(group)]
        shown = [t for t in known if not wanted or t["Id"] in wanted]
        members = "".join(_member(t, health.verdict(group, t["Id"])) for t in shown)
        inner = f"<TargetHealthDescriptions>{members}</TargetHealthDescriptions>"
        return _xml(200, "DescribeTargetHealth", inner)

    return described


def _member(target: Record, verdict: TargetState) -> str:
    reason = f"<Reason>{verdict.reason}</Reason>" if verdict.reason else ""
    words = f"<Description>{escape(verdict.description)}</Description>" if reason else ""
    port = target.get("Port", 80)
    return (
        f"<member><Target><Id>{escape(target['Id'])}</Id><Port>{port}</Port></Target>"
        f"<HealthCheckPort>{port}</HealthCheckPort>"
        f"<TargetHealth><State>{verdict.state}</State>{reason}{words}</TargetHealth></member>"
    )
