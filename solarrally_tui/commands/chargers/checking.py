"""solarrally chargers check."""

import sys
from dataclasses import dataclass
from pathlib import Path

from solarrally_tui.commands.shared.options import AddAction, CommonOptions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import say, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.table import fit


@dataclass(frozen=True, slots=True)
class CheckOptions(CommonOptions):
    """What check takes."""

    file: str
    json: bool


def add(add_action: AddAction) -> None:
    """Add the action."""
    checking = add_action("check", "Say whether the application accepts a message of a charger.")
    checking.epilog = "exit status: 0 accepted, 11 rejected, 2 not readable"
    checking.add_argument(
        "file",
        nargs="?",
        default="-",
        metavar="FILE",
        help="the message; - or none: standard input",
    )
    add_json(checking)
    carry_out(
        checking,
        _check,
        CheckOptions,
        example="solarrally chargers check message.json\n"
        "some-charger --print | solarrally chargers check -",
    )


def _check(options: CheckOptions) -> int:
    from solarrally_tui.chargers.message import check

    try:
        payload = (
            sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes()
        )
    except OSError as error:
        say(f"{options.file} cannot be read: {error.strerror}.")
        return Exit.USAGE
    verdict = check(payload.strip())
    status = Exit.OK if verdict.is_valid else Exit.FAIL
    if options.json:
        result = {
            "valid": verdict.is_valid,
            "flaws": [{"field": flaw.field, "what": flaw.what} for flaw in verdict.flaws],
            "dropped": list(verdict.dropped),
        }
        return show_result(result, status)
    show("The application accepts it." if verdict.is_valid else "The application rejects it.")
    for flaw in verdict.flaws:
        show(fit(f"  {flaw}"))
    if verdict.dropped:
        show(fit(f"  It leaves out keys that it does not know: {', '.join(verdict.dropped)}."))
    return status
