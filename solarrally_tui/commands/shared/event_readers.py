"""Readers of the event stream: lines for people, JSON for programs, and the log of a run."""

import contextlib
import json
import os
import re
from dataclasses import asdict, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any, Final, Self

from solarrally_tui.commands.shared.terminal import explain, say, show_json, show_result
from solarrally_tui.computer.folders import in_words, log_folder
from solarrally_tui.computer.wizard_child import in_wizard
from solarrally_tui.provisioning.engine.events import Event, State
from solarrally_tui.provisioning.engine.narrator import LOG_TYPE, STACK_TYPE
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome, Unfinished
from solarrally_tui.text.redaction import redact

if TYPE_CHECKING:
    from solarrally_tui.wizard.run_outlook import RunOutlook

KEEP_LOGS: Final = 20
STABILISING: Final = "configured, stabilising"


def print_plain(event: Event) -> None:
    """Print an event as one line for people."""
    if event.state is State.WAITING and not event.reason:
        return
    if not event.resource:
        line = f"{event.state.glyph} {_title(event.step)}: {event.state.word}{_because(event)}"
    elif event.stabilising and event.type != STACK_TYPE:
        line = f"  {event.state.glyph} {event.resource}  {event.type}  {STABILISING}"
    elif event.type == LOG_TYPE:
        line = f"    {event.resource}: {event.reason}"
    elif event.type == STACK_TYPE or event.state is not State.RUNNING:
        line = f"  {event.state.glyph} {event.resource}  {event.type}{_because(event)}"
    else:
        return
    say(line.replace("\n", " "), whole=True)


def print_brief(event: Event) -> None:
    """Print an event where it ends a step, gives a reason or asks for attention.

    What each resource does is in the log.
    """
    if event.state is State.UNCHANGED or (event.resource and event.state not in _TO_SEE):
        return
    if _STATUS.fullmatch(event.reason):
        event = replace(event, reason="")
    if event.state is not State.RUNNING or event.reason:
        print_plain(event)


_STATUS: Final = re.compile(r"[A-Z_]+")
"""CloudFormation's status of a stack, which says what the state does."""
_TO_SEE: Final = frozenset({State.WARN, State.FAILED, State.WAITING_FOR_YOU, State.OUT_OF_SIGHT})


def _title(step: str) -> str:
    """Return what the wizard calls a step, too; JSON has its id."""
    from solarrally_tui.provisioning.deployment import step_graph as deployment
    from solarrally_tui.provisioning.operations.site_run import TITLES
    from solarrally_tui.provisioning.teardown import step_graph as teardown

    return (deployment.TITLES | teardown.TITLES | TITLES).get(step, step)


def _because(event: Event) -> str:
    return f"  {event.reason}" if event.reason else ""


def print_json(event: Event) -> None:
    """Print an event as one JSON object on one line."""
    show_json(event.to_json())


def print_outlook(site: str, outlook: "RunOutlook", *, as_json: bool) -> None:
    """Print how a run goes on."""
    if as_json:
        show_json(outlook.to_json(site, now()))
    elif outlook.line:
        say(outlook.line)


def print_result(site: str, outcome: Outcome, *, as_json: bool) -> None:
    """Print how a run ended."""
    if as_json:
        show_result(result_json(site, outcome), outcome.exit_code)
        return
    if outcome.cause:
        explain(outcome.cause)
    if outcome.unfinished:
        say(str(outcome.unfinished))
    for warning in outcome.warnings:
        say(f"{State.WARN.glyph} {warning}")
    ends = {kept.ended_by(site) for kept in outcome.kept}
    for kept in outcome.kept:
        end = f" To delete it: {kept.ended_by(site)}" if len(ends) > 1 else ""
        say(f"Kept: {kept.what} {kept.identifier} ({kept.price}).{end}")
    if len(ends) == 1:
        say(f"To delete {'it' if len(outcome.kept) == 1 else 'them'}: {ends.pop()}")
    if in_wizard():  # which shows how it ended apart
        say("")
        say(outcome.summary)
    else:
        say(f"{_state(outcome).glyph} {outcome.summary}")


def result_json(site: str, outcome: Outcome) -> dict[str, Any]:
    """Return the result as the last event of the stream."""
    last = Event(now(), site, "result", _state(outcome), type="result", reason=outcome.summary)
    return {
        **last.to_json(),
        "exit_code": int(outcome.exit_code),
        "changed": outcome.changed,
        "cause": asdict(outcome.cause) if outcome.cause else None,
        "warnings": [asdict(warning) for warning in outcome.warnings],
        "stuck": list(outcome.stuck),
        "unfinished": _unfinished(outcome.unfinished),
        "outputs": {stack: dict(values) for stack, values in outcome.outputs.items()},
        "kept": [
            {
                "what": kept.what,
                "id": kept.identifier,
                "monthly_usd": None if kept.monthly_usd is None else float(kept.monthly_usd),
                "end": kept.ended_by(site),
            }
            for kept in outcome.kept
        ],
    }


def _unfinished(stays: Unfinished | None) -> dict[str, Any] | None:
    if stays is None:
        return None

    def rounded(price: Decimal | None) -> float | None:
        return None if price is None else float(round(price, 2))

    return {
        "words": str(stays),
        "stacks": [{"title": t, "monthly_usd": rounded(price)} for t, price in stays.stacks],
        "monthly_usd": rounded(stays.monthly_usd),
        "at_least": stays.at_least,
    }


def _state(outcome: Outcome) -> State:
    if outcome.exit_code is Exit.OK:
        return State.DONE if outcome.changed else State.UNCHANGED
    waiting = {
        Exit.WAITING_FOR_YOU: State.WAITING_FOR_YOU,
        Exit.OUT_OF_SIGHT: State.OUT_OF_SIGHT,
        Exit.UNKNOWN: State.OUT_OF_SIGHT,
    }
    return waiting.get(outcome.exit_code, State.FAILED)


def now() -> str:
    """Return the time as events carry it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class RunLogFile:
    """The log of one run: every event as redacted JSON. The oldest logs are removed.

    A log that cannot be written never stops the run that it describes.
    """

    def __init__(self, command: str, site: str) -> None:
        self._file: IO[str] | None = None
        self.line = ""
        """Where the log is, or why none is kept, in words."""
        try:
            self._open(command, site)
        except OSError as error:
            self._give_up(error)

    def _open(self, command: str, site: str) -> None:
        folder = log_folder()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in sorted(folder.glob("*.jsonl"))[: -KEEP_LOGS + 1 or None]:
            old.unlink(missing_ok=True)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        path = folder / f"{stamp}-{command}-{site}-{os.getpid()}.jsonl"
        self._file = path.open("w", encoding="utf-8")
        path.chmod(0o600)
        self.line = f"Log: {path}"

    def _give_up(self, error: OSError) -> None:
        self.line = f"No log is kept: {in_words(error)}"
        file, self._file = self._file, None
        if file:
            # Closing writes what is buffered, which fails as before.
            with contextlib.suppress(OSError):
                file.close()

    def write(self, event: Event) -> None:
        """Append an event."""
        self.note(event.to_json())

    def note(self, line: dict[str, Any]) -> None:
        """Append a line that is no event of a step or a resource."""
        if self._file is None:
            return
        try:
            self._file.write(redact(json.dumps(line)) + "\n")
            self._file.flush()
        except OSError as error:
            self._give_up(error)

    def __enter__(self) -> Self:
        """Return the log itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        if self._file:
            self._file.close()
