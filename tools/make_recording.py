"""Records two minutes of the demonstration: docs/recording.cast for asciinema, docs/recording.svg.

Usage: python tools/make_recording.py. It plays the happy story by keys, in presenter mode, on a
simulated account at the pace of the demonstration. Nothing in it is drawn by hand.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from html import escape
from io import StringIO
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]
os.environ |= {"TEXTUAL_ANIMATIONS": "none", "SOLARRALLY_NOTIFY": "off"}

from rich.console import Console  # noqa: E402
from rich.style import Style  # noqa: E402
from textual.pilot import Pilot  # noqa: E402
from textual.strip import Strip  # noqa: E402

from solarrally_tui.app import WizardApp  # noqa: E402
from solarrally_tui.commands.demonstration.headless import DEMO_SITE  # noqa: E402
from solarrally_tui.commands.demonstration.stage import SimulatedStage  # noqa: E402
from solarrally_tui.interview.draft import Draft  # noqa: E402
from solarrally_tui.interview.draft_store import DraftStore  # noqa: E402
from solarrally_tui.simulator.child import Child  # noqa: E402
from solarrally_tui.wizard.engine import real_services  # noqa: E402

SIZE: Final = (110, 34)
PACE: Final = "30"
LOOK_SECONDS: Final = 0.4
"""Between two looks at the screen."""
LONGEST_SECONDS: Final = 118.0
"""A recording that took longer is played faster as a whole."""
STILL_SECONDS: Final = 3.0
"""The longest time that nothing moves."""
PATIENCE_SECONDS: Final = 240.0
CELL: Final = (8.43, 18)
"""Width and height of a character at 14 px."""


@dataclass(frozen=True)
class Act:
    """What happens next: wait for words, let them be read, press keys."""

    words: str
    seconds: float
    keys: tuple[str, ...]


STORY: Final = (
    Act("A few questions, one price", 4, ("ctrl+n",)),
    Act("What would stop a deployment", 4, ("ctrl+n",)),
    Act("A budget and a watch", 3, ("ctrl+n",)),
    Act("CloudFront gives one", 3, ("ctrl+n",)),
    Act("The list prices of AWS", 3, ("right",)),
    Act("The list prices of AWS", 3, ("left",)),
    Act("The list prices of AWS", 1, ("ctrl+n",)),
    Act("One commit of the application", 3, ("ctrl+n",)),
    Act("Nothing happens before Deploy", 4, ("ctrl+n",)),
    Act("Deploy sunny-garage?", 2, ("right", "enter")),
    Act("The site is up.", 3, ("ctrl+n",)),
    Act("Add the charger", 2, ("enter",)),
    Act("evse-1 is registered.", 2, ("enter",)),
    Act("The page shows evse-1", 8, ("enter",)),
    Act("All is well.", 12, ("f2",)),
    Act("sunny-garage-6", 6, ()),
)

Run = tuple[str, Style]
Row = tuple[Run, ...]
Picture = tuple[Row, ...]


@dataclass(frozen=True)
class Frame:
    """What the screen showed from a moment on."""

    at: float
    """Seconds since the begin."""
    rows: Picture


def main() -> None:
    """Record, and write both files."""
    frames = paced(asyncio.run(record()))
    folder = ROOT / "docs"
    (folder / "recording.cast").write_text(cast(frames), encoding="utf-8")
    (folder / "recording.svg").write_text(svg(frames), encoding="utf-8")
    for name in ("recording.cast", "recording.svg"):
        print(f"{name}: {(folder / name).stat().st_size / 1000:.0f} KB")
    print(f"{len(frames)} frames, {frames[-1].at:.0f} s")


async def record() -> list[Frame]:
    """Play the story and return what was seen."""
    frames: list[Frame] = []
    async with wizard() as app, app.run_test(size=SIZE) as pilot:
        begun = time.monotonic()
        looking = asyncio.create_task(_look(app, frames, begun))
        try:
            for act in STORY:
                await _until(pilot, act.words)
                await asyncio.sleep(act.seconds)
                await pilot.press(*act.keys)
                print(f"{time.monotonic() - begun:5.0f} s  {act.words}", flush=True)
        finally:
            looking.cancel()
    return frames


@asynccontextmanager
async def wizard() -> AsyncIterator[WizardApp]:
    """Open the wizard on a simulated account, with nothing of this computer's."""
    with tempfile.TemporaryDirectory(prefix="solarrally-recording-") as name:
        home, child = Path(name), Child(speed=PACE)
        try:
            account = await asyncio.to_thread(child.start)
            os.environ |= {**account.environment, "HOME": name, "XDG_STATE_HOME": name}
            stage = SimulatedStage(account.endpoint_url, "happy", PACE, home)
            await stage.play("happy")
            app = WizardApp(
                real_services(keys=stage.keys),
                store=DraftStore(home / "drafts"),
                stage=stage,
                draft=Draft(DEMO_SITE),
            )
            app.session.presenting = True
            yield app
        finally:
            await asyncio.to_thread(child.stop)


async def _look(app: WizardApp, frames: list[Frame], begun: float) -> None:
    while True:
        # A screen that is being replaced cannot be drawn; the next look sees the new one.
        with suppress(Exception):
            rows = _rows(app)
            if not frames or frames[-1].rows != rows:
                frames.append(Frame(time.monotonic() - begun, rows))
        await asyncio.sleep(LOOK_SECONDS)


def _rows(app: WizardApp) -> Picture:
    update: Any = app.screen._compositor.render_update(  # noqa: SLF001 as App.export_screenshot
        full=True,
        screen_stack=app._background_screens,  # noqa: SLF001
        simplify=True,
    )
    return tuple(_row(strips) for strips in update.strips)


def _row(strips: Iterable[Strip]) -> Row:
    return tuple(
        (segment.text, segment.style or Style.null())
        for strip in strips
        for segment in strip
        if segment.text and not segment.control
    )


async def _until(pilot: Pilot[Any], words: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not any(words in _text(row) for row in _rows(pilot.app)):  # type: ignore[arg-type]
        if time.monotonic() > end:
            sys.exit(f"never saw {words!r}")
        await asyncio.sleep(0.1)


def _text(row: Row) -> str:
    return "".join(text for text, _ in row)


def paced(frames: Sequence[Frame]) -> list[Frame]:
    """Shorten what stands still, and play faster what is too long as a whole."""
    at, shortened, before = 0.0, list[Frame](), frames[0].at
    for frame in frames:
        at += min(frame.at - before, STILL_SECONDS)
        before = frame.at
        shortened.append(Frame(at, frame.rows))
    shortened.append(Frame(at + STILL_SECONDS, frames[-1].rows))
    scale = min(1.0, LONGEST_SECONDS / shortened[-1].at)
    return [Frame(round(frame.at * scale, 2), frame.rows) for frame in shortened]


def cast(frames: Sequence[Frame]) -> str:
    """Return the recording as asciinema plays it (asciicast v2): of each frame what changed."""
    width, height = SIZE
    head = {"version": 2, "width": width, "height": height, "title": "solarrally demo"}
    lines, shown = [json.dumps(head)], Picture()
    for frame in frames:
        changed = [
            f"\x1b[{number + 1};1H{_ansi(row)}"
            for number, row in enumerate(frame.rows)
            if not shown or shown[number] != row
        ]
        if changed:
            hidden = "\x1b[?25l" if not shown else ""
            lines.append(json.dumps([frame.at, "o", hidden + "".join(changed)]))
        shown = frame.rows
    return "\n".join(lines) + "\n"


def _ansi(row: Row) -> str:
    console = Console(
        file=StringIO(), force_terminal=True, color_system="truecolor", width=SIZE[0] + 1
    )
    return "".join(
        style.render(text, color_system=console._color_system)  # noqa: SLF001 no public way
        for text, style in row
    )


def svg(frames: Sequence[Frame]) -> str:
    """Return the recording as a picture that moves: every line is drawn once, and used again."""
    width, height = round(SIZE[0] * CELL[0]), SIZE[1] * CELL[1]
    known: dict[Row, str] = {}
    paints: dict[str, str] = {}
    reel = []
    for number, frame in enumerate(frames):
        used = [
            f'<use href="#{_named(known, row)}" y="{line * CELL[1]}"/>'
            for line, row in enumerate(frame.rows)
            if _text(row).strip() or any(style.bgcolor for _, style in row)
        ]
        reel.append(f'<g transform="translate(0 {number * height})">{"".join(used)}</g>')
    defined = [f'<g id="{name}">{_drawn(row, paints)}</g>' for row, name in known.items()]
    styles = "".join(f".{name}{{{rule}}}" for rule, name in paints.items())
    end = frames[-1].at + STILL_SECONDS
    values = ";".join(f"0 {-number * height}" for number in range(len(frames)))
    times = ";".join(f"{frame.at / end:.5f}" for frame in frames)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}">'
        f"<title>Two minutes of solarrally demo</title>"
        f"<style>text{{font:14px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;"
        f"white-space:pre}}{styles}</style><defs>{''.join(defined)}</defs>"
        f'<rect width="{width}" height="{height}" fill="#10141a"/>'
        # A picture of its own, so that the frames above and below are cut off.
        f'<svg width="{width}" height="{height}"><g>'
        f'<animateTransform attributeName="transform" type="translate" calcMode="discrete" '
        f'dur="{end:.1f}s" repeatCount="indefinite" values="{values}" keyTimes="{times}"/>'
        f"{''.join(reel)}</g></svg></svg>\n"
    )


def _named(known: dict[Row, str], row: Row) -> str:
    return known.setdefault(row, f"r{len(known)}")


def _drawn(row: Row, paints: dict[str, str]) -> str:
    parts, column = [], 0
    for text, style in row:
        wide = len(text)
        ink, paper = _colours(style)
        if paper:
            parts.append(
                f'<rect x="{column * CELL[0]:.1f}" width="{wide * CELL[0] + 0.4:.1f}" '
                f'height="{CELL[1]}" class="{_paint(paints, f"fill:{paper}")}"/>'
            )
        if bare := text.strip():
            at = column + len(text) - len(text.lstrip())
            rule = f"fill:{ink}" + (";font-weight:bold" if style.bold else "")
            parts.append(
                f'<text x="{at * CELL[0]:.1f}" y="14" textLength="{len(bare) * CELL[0]:.1f}" '
                f'class="{_paint(paints, rule)}">{escape(bare)}</text>'
            )
        column += wide
    return "".join(parts)


def _colours(style: Style) -> tuple[str, str]:
    ink = style.color.get_truecolor().hex if style.color else "#d8dee6"
    paper = style.bgcolor.get_truecolor().hex if style.bgcolor else ""
    if style.reverse:
        return paper or "#10141a", ink
    return ink, paper


def _paint(paints: dict[str, str], rule: str) -> str:
    return paints.setdefault(rule, f"c{len(paints)}")


if __name__ == "__main__":
    main()
