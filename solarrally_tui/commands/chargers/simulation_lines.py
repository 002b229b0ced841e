"""Figures of simulated chargers in words."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from solarrally_tui.text.enumeration import counted

if TYPE_CHECKING:
    from solarrally_tui.chargers.simulated_load import Run
    from solarrally_tui.chargers.simulation.figures import Figures, Latency

_SHOWN = 5
"""Refused chargers that are named."""


def live(figures: "Figures") -> Iterator[str]:
    """Yield the lines that are redrawn while a run is under way."""
    yield f"Simulated chargers, for {span(figures.seconds)}. Ctrl+C ends it."
    yield ""
    yield from _table(figures)


def progress(figures: "Figures") -> str:
    """Return one line for where nothing can be redrawn."""
    seen = "" if figures.seen is None else f", {figures.seen:,} at the page"
    return (
        f"{span(figures.seconds)}: {figures.connected} of {figures.chargers} connected, "
        f"{figures.acknowledged:,} of {figures.sent:,} acknowledged{seen}."
    )


def ended(run: "Run") -> Iterator[str]:
    """Yield how a run ended."""
    figures = run.figures
    yield f"{counted(figures.acknowledged, 'message')} acknowledged."
    yield from _table(figures, is_live=False)
    if figures.missing:
        yield f"{counted(figures.missing, 'message')} did not arrive at the page."
    for name, reason in list(run.refusals.items())[:_SHOWN]:
        yield f"{name} was refused: {reason}"
    if len(run.refusals) > _SHOWN:
        yield f"{len(run.refusals) - _SHOWN} others were refused, too."


def span(seconds: float) -> str:
    """Return a time in its two largest units."""
    if seconds == float("inf"):
        return "years"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [
        f"{n} {unit}" for n, unit in zip((days, hours, minutes, rest), _UNITS, strict=True) if n
    ]
    return " ".join(parts[:2]) or "0 s"


_UNITS = ("d", "h", "min", "s")


def _table(figures: "Figures", *, is_live: bool = True) -> Iterator[str]:
    if is_live:
        yield _row("connected", figures.connected, f"of {figures.chargers:,}")
    yield _row("sent", figures.sent)
    rate = f"{figures.per_second:,.1f} a second"
    yield _row("acknowledged", figures.acknowledged, rate, figures.acknowledgement)
    if figures.seen is not None:
        yield _row("at the page", figures.seen, "", figures.page)
    for name, count, words in (
        ("rejected", figures.flawed, "with a flaw, as the profile wants"),
        ("radio lost", figures.lost, "times, as the profile wants"),
        ("refused", figures.refused, "chargers, by AWS IoT"),
        ("page lost", figures.page_losses, "times; what came meanwhile was not seen"),
    ):
        if count:
            yield _row(name, count, words)


def _row(name: str, count: int, more: str = "", latency: "Latency | None" = None) -> str:
    times = ""
    if latency and latency.p50 is not None and latency.p99 is not None:
        times = f"p50 {_ms(latency.p50)}  p99 {_ms(latency.p99)}"
    return f"{name:<13}{count:>10,}  {more:<18}  {times}".rstrip()


def _ms(milliseconds: float) -> str:
    return f"{milliseconds:.0f} ms" if milliseconds < 10_000 else f"{milliseconds / 1000:.0f} s"
