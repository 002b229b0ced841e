"""solarrally chargers simulate."""

from dataclasses import dataclass
from pathlib import Path

from solarrally_tui.commands.shared.options import AddAction, CommonOptions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit


@dataclass(frozen=True, slots=True)
class SimulateOptions(CommonOptions):
    """What simulate takes."""

    folders: list[Path]
    interval: float
    count: int | None
    json: bool


def add(add_action: AddAction) -> None:
    """Add the action."""
    simulating = add_action("simulate", "Publish realistic telemetry as chargers.")
    simulating.add_argument(
        "folders", type=Path, nargs="+", metavar="FOLDER", help="folder that add wrote"
    )
    simulating.add_argument(
        "--interval",
        type=float,
        default=5.0,
        metavar="SECONDS",
        help="time between two messages of a charger; the default is 5",
    )
    simulating.add_argument(
        "--count", type=int, metavar="N", help="messages per charger; without it, no end"
    )
    add_json(simulating)
    carry_out(
        simulating,
        _simulate,
        SimulateOptions,
        example="solarrally chargers simulate chargers/evse-1\n"
        "solarrally chargers simulate chargers/evse-1 --interval 2 --count 30",
    )


def _simulate(options: SimulateOptions) -> int:
    import asyncio

    from solarrally_tui.chargers.publisher import simulate

    publishing = simulate(options.folders, interval=options.interval, count=options.count)
    try:
        counts = asyncio.run(publishing)
    except KeyboardInterrupt:
        return Exit.OK
    result = {"acknowledged": counts.acknowledged, "by_charger": dict(counts.by_charger)}
    if options.json:
        return show_result(result, Exit.OK)
    show(f"{counts.acknowledged} messages acknowledged.")
    return Exit.OK
