"""Why a run has stopped, what to do, and what it costs meanwhile: a line for each. Pure."""

import textwrap
from typing import Final

from textual.content import Content

from solarrally_tui.aws.console import console
from solarrally_tui.aws.errors import Plain
from solarrally_tui.findings.reasons.packages import OTHER_VERSION
from solarrally_tui.findings.reasons.places import ANOTHER_CLASS
from solarrally_tui.findings.reasons.table import reason_of
from solarrally_tui.interview.steps import step_asking
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.screens.common.next_steps import in_the_wizard
from solarrally_tui.screens.common.words import DIM
from solarrally_tui.screens.provision.other_answer import OtherAnswer
from solarrally_tui.site.names import stack_name
from solarrally_tui.text.enumeration import enumerated
from solarrally_tui.wizard.run_progress import RunProgress, StepView

AGAIN: Final = "press Try again"
_LABEL: Final = 12
"""Columns of what a line is about."""
_NAMED: Final = 3
"""Parts that stay and are named: the dearest."""
_HERE: Final = "Leave it, below, continues without what AWS is stuck with."
_SIGN_IN: Final = "Sign in, below. Then it continues with what AWS has done meanwhile."
_CONTINUE: Final = "Press Try again. It continues with what AWS has done meanwhile."
_QUOTA: Final = "Quota page, below, copies its address in the AWS console."
_AT_SOURCE: Final = ("AWS's words", "AWS names", "these words")
"""What a text says that cannot be understood without AWS's own words."""


def signed_out(run: RunProgress) -> bool:
    """Whether a run is out of sight because nobody is signed in any more."""
    return run.exit_code is Exit.OUT_OF_SIGHT and run.is_signed_out


def quota_page(plain: Plain, region: str) -> str:
    """Return the console's page of the quota that is the reason; empty where none is."""
    reason = reason_of(plain.detail)
    if reason is None or reason.quota is None:
        return ""
    service, code = reason.quota
    return console("quota", region, service=service, id=code)


def cause(
    run: RunProgress,
    outcome: Outcome,
    columns: int,
    other: OtherAnswer | None = None,
    *,
    signed_in: bool = False,
) -> Content:
    """Return what happened, and in lines below it why, what to do, and what it costs.

    other: an answer with which it may work. signed_in: whether somebody is, by now.
    """
    if run.is_signed_out and signed_in:
        head = Content.styled("You are signed in again.", "bold $text-success")
        lines = [("What to do", _CONTINUE), *_stays(outcome)]
        return Content("\n").join([head, *(_line(*line, columns) for line in lines)])
    plain = outcome.cause
    if plain is None:
        return Content(outcome.summary)
    waits = outcome.exit_code is Exit.WAITING_FOR_YOU
    head = Content.styled(titled(plain.what, run), f"bold $text-{'warning' if waits else 'error'}")
    lines = [("Why", titled(plain.why, run)), *_ways(run, plain, outcome, other)]
    lines += _stays(outcome)
    if titles := [view.title for view in warned(run)]:
        lines.append(("Besides", f"{enumerated(titles, _NAMED)} only warned. F3 says of what."))
    if _needs_source(plain):
        lines.append(("AWS says", plain.detail))
    shown = [_line(label, text, columns) for label, text in lines if text]
    return Content("\n").join([head, *shown])


def warned(run: RunProgress) -> list[StepView]:
    """Return the steps that went on without something, and say of what."""
    return [view for view in run.steps.values() if view.state is State.WARN and view.reason]


def _stays(outcome: Outcome) -> list[tuple[str, str]]:
    """Return what is there and costs, if anything is; the picture has the price of each part."""
    if not outcome.unfinished:
        return []
    named = enumerated(outcome.unfinished.titles, _NAMED)
    costs = "" if outcome.unfinished.monthly_usd is not None else " What it costs is not known."
    return [("It stays", f"{named}.{costs} Destroy, below, deletes all of it.")]


def _ways(
    run: RunProgress, plain: Plain, outcome: Outcome, other: OtherAnswer | None
) -> list[tuple[str, str]]:
    """Return what the person may do, the best way first."""
    if run.is_signed_out:
        return [("What to do", _SIGN_IN)]
    ways = ways_out(plain, other)
    if outcome.stuck:
        ways.append(_HERE)
    lines = [("Or" if number else "What to do", way) for number, way in enumerate(ways)]
    if asks := step_asking(plain.about):
        lines.append(("Where", f"E leads to {asks.title}."))
    reason = reason_of(plain.detail)
    if reason is not None and reason.quota is not None:
        lines.append(("Where", _QUOTA))
    return lines


def ways_out(plain: Plain, other: OtherAnswer | None) -> list[str]:
    """Return what to do about what has stopped a run, the best first, with Try again beside it."""
    then = plain.next
    for said in (plain.instead, ANOTHER_CLASS, OTHER_VERSION) if other else ():
        then = then.replace(str(said), "").replace("  ", " ").strip()
    return [*([str(other)] if other else []), in_the_wizard(then, AGAIN)]


def titled(text: str, run: RunProgress) -> str:
    """Return a text in which stacks have the titles of their steps."""
    for id_, title in run.titles.items():
        for words in (f"The stack {stack_name(run.site, id_)}", stack_name(run.site, id_)):
            text = text.replace(f"{words} ", f"{title} ").replace(f"{words}.", f"{title}.")
    return text


def _needs_source(plain: Plain) -> bool:
    """Whether AWS's own words say what no sentence here does. Otherwise F3 shows them."""
    if not plain.detail or plain.detail in plain.why or (plain.why and plain.why in plain.detail):
        return False
    said = f"{plain.what} {plain.why} {plain.next}"
    return any(words in said for words in _AT_SOURCE) or reason_of(plain.detail) is None


def _line(label: str, text: str, columns: int) -> Content:
    """Return a text beside its label, each further line below the first."""
    words = textwrap.wrap(" ".join(text.split()), max(columns - _LABEL, 24))
    return Content.assemble((f"{label:<{_LABEL}}", DIM), f"\n{' ' * _LABEL}".join(words))
