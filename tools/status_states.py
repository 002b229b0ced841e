"""Write the tables of states in docs/status.md: what page, /health, status and diagnose say.

Usage: python tools/status_states.py [WORDS...], or make states

A site is deployed on a simulated account of its own, with two chargers. It is brought into one
state after the other, read and put back. With words only the rows that contain one of them are
made anew. The last column is what `make app` recorded of the real application. Takes some twenty
minutes, most of them waiting for the page to call a charger silent.
"""

import asyncio
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import httpx
from websockets.exceptions import WebSocketException

ROOT: Final = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from solarrally_tui.aws.door import Door  # noqa: E402
from solarrally_tui.deployed.dashboard import viewer_login  # noqa: E402
from solarrally_tui.deployed.dashboard.live_frames import listen  # noqa: E402
from solarrally_tui.deployed.dashboard.site_http import Front  # noqa: E402
from solarrally_tui.findings.severity import Severity  # noqa: E402
from solarrally_tui.health.checks import check_site  # noqa: E402
from solarrally_tui.health.diagnosis.examine import Examination, examination  # noqa: E402
from solarrally_tui.health.diagnosis.model import Candidate, Diagnosis  # noqa: E402
from solarrally_tui.health.report import Report  # noqa: E402
from solarrally_tui.simulator.child import Child  # noqa: E402
from tests.health.health_setup import (  # noqa: E402
    BREAKAGES,
    MEASURED,
    BreakableSite,
    ChargerOnline,
    logged,
)
from tests.health.log_words import CALM, SCENARIOS  # noqa: E402
from tests.health.standing_site import stand  # noqa: E402
from tests.health.states import HUB_STATES, STATES, State  # noqa: E402

TARGET: Final = ROOT / "docs" / "status.md"
RECORDED: Final = ROOT / "tests" / "application" / "recorded.json"
BEGIN: Final = "<!-- Begin of states -->\n"
END: Final = "<!-- End of states -->"
NOT_HERE: Final = "not simulated"
_HEAD: Final = ("page", "`/health`", "`status`", "`diagnose` says first")
_NAMES: Final = ("wall-1", "wall-2")
FLOWS: Final = f"live, {len(_NAMES)} of {len(_NAMES)} chargers"
"""The cell of a page that shows present data of all chargers."""
_LIMIT: Final = 150.0
_BACK: Final = 420.0
"""Seconds until all is well again at the latest: shares of errors are those of five minutes."""
_LISTEN: Final = 4.0
_WIDTH: Final = 110
_ENDING: Final = r"-[0-9A-F]{12,13}\b"
"""What CloudFormation appends to a name, each time another."""

Row = tuple[str, ...]


def log_state(words: str) -> State:
    """Return the state in which a line is in the log of the backend."""
    shown = words if len(words) <= _WIDTH else words[: _WIDTH - 1] + "…"
    lines = [*CALM[:4], words, *CALM[4:8]]
    return State(f"`{shown}`", lambda site: logged(site, lines))


def breakage_state(check: str) -> State:
    """Return the state in which something is broken that one check looks at."""
    if check in MEASURED:
        namespace, figures = MEASURED[check]
        told = ", ".join(
            f"{name} {f'{value:,.1f}'.removesuffix('.0')}" for name, value in figures.items()
        )
        name = f"figures of {namespace}: {told}"
    else:
        name = BREAKAGES[check].__name__.replace("_", " ")
    return State(f"{check}: {name}", BREAKAGES[check], check)


SCENES: Final = tuple(breakage_state(check) for check in BREAKAGES if check != "telemetry")
LINES: Final = tuple(log_state(met.words) for met in SCENARIOS)


@dataclass
class Reader:
    """Reads the site as viewers and support read it."""

    site: BreakableSite
    front: Front
    headers: Mapping[str, str]

    async def row(self, state: State) -> Row:
        """Bring the site into a state, read it, and put it back."""
        if state.provoke is None:
            return (NOT_HERE,) * len(_HEAD)
        begun = time.monotonic()
        with state.provoke(self.site):
            seen = await self._settled(state, begun)
            headers = self.headers if state.signed_in else {}
            cells = (
                await self._page(headers),
                await self._health(),
                verdict(seen.report),
                first_cause(seen.diagnosis),
            )
        await self.put_back(state)
        return cells

    async def _settled(self, state: State, begun: float) -> Examination:
        """Examine until what must turn has turned, and nothing changes any more."""
        before: tuple[str, str] | None = None
        while True:
            seen = await examination(self.site.deployed)
            turned = {c.id for c in seen.report.checks if c.severity is not Severity.OK}
            told = (verdict(seen.report), first_cause(seen.diagnosis))
            lasted = time.monotonic() - begun
            is_due = lasted >= state.lasts and (not state.turns or state.turns in turned)
            if (is_due and told == before) or lasted > _LIMIT:
                return seen
            before = told if is_due else None
            await asyncio.sleep(1)

    async def put_back(self, state: State) -> None:
        """Wait until every check is ok again. Raises RuntimeError where one is not."""
        end = time.monotonic() + _BACK
        while (report := await check_site(self.site.deployed)).health is not Severity.OK:
            if time.monotonic() > end:
                raise RuntimeError(f"after {state.name} the site stays {verdict(report)}")
            await asyncio.sleep(1)

    async def _page(self, headers: Mapping[str, str]) -> str:
        """Return what a viewer sees: present data of so many chargers, and marks of others."""
        try:
            page = await self.front.get("/", headers)
            if page.status_code == httpx.codes.UNAUTHORIZED:
                return "asks for the password"
            if page.status_code != httpx.codes.OK:
                return f"status {page.status_code}"
            everyone = len(_NAMES)
            heard = await listen(
                self.front, headers, _LISTEN, enough=lambda seen: len(seen.last) == everyone
            )
        except (httpx.TransportError, OSError, TimeoutError, WebSocketException):
            return "Failed to connect"
        told = await self.front.get("/api/v1/site", headers)
        chargers = told.json()["chargers"] if told.status_code == httpx.codes.OK else []
        marked = sum(charger["silent"] for charger in chargers)
        marks = f", {marked} marked as silent" if marked else ""
        if heard.total:
            return f"live, {len(heard.last)} of {everyone} chargers{marks}"
        return ("No data since" if marked else "No data yet") + marks

    async def _health(self) -> str:
        try:
            answer = await self.front.get("/health")
        except httpx.TransportError:
            return "no answer"
        if answer.status_code != httpx.codes.OK:
            return str(answer.status_code)
        with suppress(ValueError, KeyError):
            told = answer.json()
            mqtt = "connected" if told["mqtt_connected"] else "not connected"
            return f"200, MQTT {mqtt}, database {told['database']}"
        return "200, not of the application"


def verdict(report: Report) -> str:
    """Return the verdict of `status`, and which checks are not ok."""
    turned: dict[Severity, list[str]] = {}
    for check in report.checks:
        turned.setdefault(check.severity, []).append(check.id)
    parts = [
        f"{severity.word}: {', '.join(turned[severity])}"
        for severity in (Severity.FAIL, Severity.WARN, Severity.UNKNOWN)
        if severity in turned
    ]
    return "; ".join(parts) or Severity.OK.word


def first_cause(told: Diagnosis) -> str:
    """Return what `diagnose` says first, without the figures and names of this account."""
    for cause in told.causes[:1]:
        return f"`{cause.id}`: {_what(cause)}"
    for cause in told.past[:1]:
        return f"nothing now; earlier `{cause.id}`: {_what(cause)}"
    return "nothing" if told.health is Severity.OK else told.headline


def _what(cause: Candidate) -> str:
    is_quoted = cause.why.casefold() in cause.what.casefold()
    told = f"what the check {cause.evidence[0].resource} says" if is_quoted else cause.what
    return re.sub(_ENDING, "", told)


def measured(state: State) -> str:
    """Return what the real application said in a state, as `make app` recorded it."""
    if not state.measured or not RECORDED.exists():
        return "not measured"
    for row in json.loads(RECORDED.read_text(encoding="utf-8"))["states"]:
        if row["state"].startswith(state.measured):
            return told_by(row)
    return "not measured"


def told_by(row: Mapping[str, str]) -> str:
    """Return a record of the real application without its changing figures."""
    page = [part for part in row.get("the open page", "").split("; ") if part]
    kept = [part for part in page[:1] if part] + [p for p in page[1:] if p.endswith("marked")]
    frames = row["/ws/live"].partition(" frames of ")[2].partition(" ")[0]
    heard = f"frames of {frames} of 3 chargers" if frames not in {"", "0"} else "no frame"
    login = row["login"].partition(" in ")[0]
    login = "no answer" if login.endswith("Error") else login
    health = row["/health"].partition(",")[0]
    return f"{'; '.join(kept) or 'page'}; {heard}; `/health` {health}; login {login}"


def table(title: str, states: tuple[State, ...], rows: Mapping[str, Row]) -> Iterator[str]:
    """Yield a table as lines of Markdown; rows by the cell of the state."""
    is_measured = any(state.measured for state in states)
    head = (title, *_HEAD, *(("real application",) if is_measured else ()))
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for state in states:
        if cells := rows.get(cell(state.name)):
            last = (measured(state),) if is_measured else ()
            yield f"| {' | '.join((cell(state.name), *cells, *last))} |"


def cell(text: str) -> str:
    """Return text as a cell of a Markdown table."""
    return (
        text.replace("|", "\\|").replace("<", "&lt;") if "`" not in text else text.replace("|", "¦")
    )


def written() -> dict[str, Row]:
    """Return the rows of the document as it is."""
    between = TARGET.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    lines = [line[2:-2].split(" | ") for line in between.splitlines() if line.startswith("| ")]
    return {cells[0]: tuple(cells[1 : 1 + len(_HEAD)]) for cells in lines if cells[1] != _HEAD[0]}


def document(rows: Mapping[str, Row]) -> str:
    """Return what stands between the marks."""
    parts = [
        ("state", STATES),
        ("what was broken", SCENES),
        ("state of a site with a hub", HUB_STATES),
        ("line in the log of the backend", LINES),
    ]
    return "\n\n".join("\n".join(table(title, states, rows)) for title, states in parts) + "\n"


def write(rows: Mapping[str, Row]) -> None:
    """Write the tables between their marks."""
    before, _, rest = TARGET.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    TARGET.write_text(f"{before}{BEGIN}{document(rows)}{END}{after}", encoding="utf-8")


async def read(site: BreakableSite, states: list[State]) -> dict[str, Row]:
    """Read the site in each state."""
    edge = site.outputs["edge"]
    async with await Door.open(site.record.region) as door:
        headers = await viewer_login.headers(door, edge)
    async with await Door.open("us-east-1", read_only=True) as door:
        reader = Reader(replace(site, door=door), Front.of(edge), headers)
        await reader.put_back(STATES[0])
        rows: dict[str, Row] = {}
        for number, state in enumerate(states, 1):
            begun = time.monotonic()
            rows[cell(state.name)] = cells = tuple(map(cell, await reader.row(state)))
            took = time.monotonic() - begun
            print(
                f"{number}/{len(states)} {took:.0f} s | {state.name} | {' | '.join(cells)}",
                flush=True,
            )
            write(written() | rows)
        return rows


def main(words: list[str]) -> None:
    """Read every state on simulated accounts of their own, and write the tables."""
    for states, has_hub in (((*STATES, *SCENES, *LINES), False), (HUB_STATES, True)):
        wanted = [s for s in states if not words or any(word in s.name for word in words)]
        if wanted:
            on_a_site(wanted, has_hub=has_hub)


def on_a_site(wanted: list[State], *, has_hub: bool) -> None:
    """Deploy a site with chargers on an account of its own, and read it in some states."""
    child = Child(speed="instant")
    try:
        account = child.start()
        for variable in [each for each in os.environ if each.startswith("AWS_")]:
            del os.environ[variable]
        with tempfile.TemporaryDirectory(prefix="solarrally-states-") as home:
            os.environ |= account.environment | {"HOME": home}
            folders = [Path(home) / name for name in _NAMES]
            site = asyncio.run(stand(account, *folders, has_hub=has_hub))
            site.online.extend(map(ChargerOnline, folders))
            try:
                asyncio.run(read(site, wanted))
            finally:
                while site.online:
                    site.online.pop().stop()
    finally:
        child.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
