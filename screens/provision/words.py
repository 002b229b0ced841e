"""What Provision shows of a run. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from textual.content import Content

from solarrally_tui.aws.errors import Plain
from solarrally_tui.aws.patience import LIMITED
from solarrally_tui.findings.severity import Severity
from solarrally_tui.pricing.money import USD
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit, Kept, Outcome
from solarrally_tui.screens.common.money import a_month, at_most
from solarrally_tui.screens.common.words import (
    DIM,
    capital,
    explained,
    mark,
    meter,
    seconds,
    sentence,
)
from solarrally_tui.screens.provision.cause import signed_out
from solarrally_tui.screens.status.letter import Line, Part
from solarrally_tui.screens.status.wall_text import clock
from solarrally_tui.text.enumeration import counted, enumerated
from solarrally_tui.text.table import cut
from solarrally_tui.wizard.run_outlook import RunOutlook, as_shown
from solarrally_tui.wizard.run_progress import RunProgress, StepView

_SLOW: Final = 2
"""Slow steps that are named: the list of steps shows the time of each."""

_NAMES: Final = 15
"""Columns of the names of lines of the hand-over."""

_BESIDE: Final = len(" 99% of the time  At least 999 min left.")
"""Columns for the words beside the bar."""
_SHORTEST: Final = 14
"""Columns of the bar at least: with less room, the time left is not beside it."""

_CONFIRM: Final = "Confirm the e-mail for alerts."
SILENT: Final = "AWS continues with what it has begun. Once it answers, so does this run."
_FAILED: Final = (State.FAILED, "Stopped after")
_SIGNED_OUT: Final = (State.OUT_OF_SIGHT, "Signed out. AWS continues. Watched for")
_SIGNED_IN: Final = (State.OUT_OF_SIGHT, "Signed in again. AWS continues. Watched for")
_ENDS: Final[dict[Exit | None, tuple[State, str]]] = {
    Exit.WAITING_FOR_YOU: (State.WAITING_FOR_YOU, "Waiting for you. Watched for"),
    Exit.OUT_OF_SIGHT: (State.OUT_OF_SIGHT, "Connection lost. AWS continues. Watched for"),
}


def waiting_for_you(run: RunProgress) -> list[StepView]:
    """Return the steps that wait for the person."""
    return [view for view in run.steps.values() if view.state is State.WAITING_FOR_YOU]


def ending(run: RunProgress) -> str:
    """Return how a run ends of which a step fails: until AWS has undone it, others still begin."""
    if any(view.state is State.FAILED for view in run.steps.values()):
        return "AWS ends what it has begun, then this stops."
    return "Other steps may still begin until AWS has undone it, then this stops."


def summary(
    run: RunProgress,
    columns: int = 80,
    notes: int = 4,
    *,
    url: str = "",
    price: Content | None = None,
    signed_in: bool = False,
) -> Content:
    """Return how far the run is in steps, time and money, and what is slow or being waited for.

    notes: lines that say the latter, at most. url: of the site's page, once it is up. price: what
    price_line said of it. signed_in: whether somebody is, by now.
    """
    took = seconds(run.elapsed)
    if run.active and run.watched:
        return Content.assemble(
            mark(State.RUNNING),
            ("Watching another run", "bold"),
            (f"  {took}\n  {run.watched}\n  Nothing is changed from here.", DIM),
        )
    known = as_shown(run)
    if run.active:
        done = f"{run.finished_steps} of {len(run.steps)} steps done"
        failing = [view.title for view in run.steps.values() if view.fails]
        if failing:
            state, says, also = State.FAILED, f"{enumerated(failing, 1)} failed", f"  {done}"
            time = [Content(f"  {ending(run)}")]
        elif waiting_for_you(run) and not run.has_what_it_asks:
            state, says, also = State.WAITING_FOR_YOU, "Waiting for you", f"  {done}"
            time = _bar(known, run.share, columns)
        else:
            state, says, also = State.RUNNING, "Deleting the site" if run.destroys else done, ""
            time = _bar(known, run.share, columns)
        head = Content.assemble(mark(state), (says, "bold"), (f"{also}  {took}", DIM))
        money = f"  {known.money}" if known.money else ""
        apart = bool(money) and len(head.plain) + len(money) > columns
        lines = [head, *time, Content(money)] if apart else [head.append(money), *time]
        slow = [sentence(State.WARN, line) for line in known.slow_lines[:_SLOW]]
        doing = [] if run.destroys else [Content.styled(f"  {line}", DIM) for line in at_work(run)]
        kept = [Content.styled(f"  {line}", DIM) for line in [kept_before(run)] if line]
        said = "  ".join(filter(None, (known.elsewhere, known.longest)))
        pace = [Content.styled(f"  {said}", DIM)] if said and not failing else []
        others = [*_held_up(run), *slow, *kept, *doing]
        below = [*pace, *others] if notes > 1 else others or pace
        return Content("\n").join([*lines, *below[:notes]])
    if run.succeeded:
        words = "is deleted" if run.destroys else "is up"
        before = run.earlier.seconds
        took = f"{seconds(before + run.elapsed)}, with what was tried before" if before else took
        line = sentence(State.DONE, f"The site {words}. It took {took}.", bold=True)
        fits = line.cell_length + 2 + len(known.elsewhere) <= columns
        elsewhere = (f"  {known.elsewhere}", DIM) if known.elsewhere and fits else ""
        if run.destroys:
            return Content.assemble(line, elsewhere)
        page = ("\n  ", (url, "bold $primary")) if url else ()
        costs = Content.assemble("\n", price) if price else ""
        return Content.assemble(line, elsewhere, *page, costs)
    state, text = _ENDS.get(run.exit_code, _FAILED)
    if signed_out(run):
        state, text = _SIGNED_IN if signed_in else _SIGNED_OUT
    line = sentence(state, f"{text} {took}.", bold=True)
    stays = run.outcome.unfinished if run.outcome else None
    if stays is None:
        monthly, least = None if run.destroys else known.monthly, known.more
    else:
        monthly, least = stays.monthly_usd, stays.at_least
    if not monthly:
        return line
    most = "at least" if least else "about"
    words = f"What was created stays. Unused, it costs {most} ${monthly:,.0f} a month."
    apart = len(line.plain) + 2 + len(words) > columns
    return line.append(f"\n  {words}" if apart else f"  {words}")


def without_connection(run: RunProgress, since: float, columns: int, follows: str) -> Content:
    """Return since when nothing answers, what follows from that, and how far the run was then."""
    at = clock(datetime.fromtimestamp(since, UTC))
    doing = "Deleting the site" if run.destroys else ""
    done = doing or f"{run.finished_steps} of {len(run.steps)} steps done"
    head = Content.assemble(
        (f"{Severity.FAIL.glyph} No connection to AWS since {at}.", "bold $text-error"),
        "  Trying again.",
        (f"  {done}", DIM),
    )
    return Content("\n").join(
        [head, Content(f"  {follows}"), *_bar(as_shown(run), run.share, columns)]
    )


def asks_to_confirm(run: RunProgress) -> bool:
    """Whether AWS asks for a confirmation of the alerts' e-mail, as this run subscribes it.

    One that an earlier run has subscribed may be confirmed.
    """
    step = run.steps.get("bootstrap")
    return step is not None and "AlertSubscription" in step.parts


def price_line(price: str, *, unconfirmed: bool) -> Content:
    """Return what a site that is up costs a month, and whether its alerts reach nobody yet.

    unconfirmed: whether nobody has been seen to get them.
    """
    asks = (f"  {State.WARN.glyph} {_CONFIRM}", "$text-warning") if unconfirmed else ""
    return Content.assemble(f"  It costs {price}.", asks)


def _bar(known: RunOutlook, shown: float, columns: int) -> list[Content]:
    """Return the bar over the width, with the time left; none where nothing was known.

    shown: the share that the bar has shown before. It never becomes shorter, but is no part of the
    time any more where nobody knows the time left.
    """
    if known.share is None and not shown:
        return []
    share = max(known.share or 0.0, shown)
    # Not by the length of the words: a bar that gets shorter seems to go back.
    width = max(columns - _BESIDE, _SHORTEST)
    # Full only at the end.
    filled = min(int(share * width), width - 1)
    of_time = f"{min(share, 0.99):>4.0%} of the time" if known.share is not None else ""
    return [
        Content.assemble(
            meter(filled, width, "$primary"),
            (of_time, "bold"),
            f"  {known.left}" if known.left and width + _BESIDE <= columns else "",
        )
    ]


def kept_before(run: RunProgress) -> str:
    """Return what earlier tries have done, which this one keeps; empty where there were none."""
    kept = [step for step in run.steps if step in run.earlier.steps]
    if not kept:
        return ""
    steps = counted(len(kept), "step of the last try is", "steps of the last try are")
    return f"{steps} kept. This try checks them and continues."


def at_work(run: RunProgress) -> list[str]:
    """Return what a step is doing, and what another one waits for, a line each."""
    steps = run.steps.values()
    doing = (
        view.reason
        for view in steps
        if view.state is State.RUNNING and view.reason and not view.reason.startswith(LIMITED)
    )
    waiting = (
        f"{view.title} {view.reason[0].lower()}{view.reason[1:]}"  # "Begins once …"
        for view in steps
        if view.state is State.WAITING and view.reason
    )
    lines = (" ".join(line.split()) for line in (next(doing, ""), next(waiting, "")))
    return [line for line in lines if line]


def _held_up(run: RunProgress) -> list[Content]:
    """Return that AWS limits calls, which is why a step takes longer; nothing where it does not."""
    doing = (view.reason for view in run.steps.values() if view.state is State.RUNNING)
    says = next((reason for reason in doing if reason.startswith(LIMITED)), "")
    return [sentence(State.WARN, says)] if says else []


def wanted(view: StepView) -> Content:
    """Return what a step waits for from the person."""
    heading = sentence(view.state, f"{view.title} needs you\n", bold=True)
    return Content.assemble(heading, view.reason)


def warnings(plains: Sequence[Plain]) -> Content:
    """Return what the site works without: one in full, several with their reasons."""
    if len(plains) == 1:
        return explained(plains[0], State.WARN)
    each = [
        Content("\n").join([sentence(State.WARN, p.what, bold=True), Content(p.why)])
        for p in plains
    ]
    return Content("\n").join([*each, Content.styled("Status shows what to do.", "bold")])


def letter_text(parts: Sequence[Part], columns: int, rows: int) -> Content:
    """Return the parts of the hand-over that fit, in so many rows."""
    lines: list[Content] = []
    for part in parts:
        said = [
            Content.assemble(
                (f"{line.name:<{_NAMES}} ", DIM),
                (cut(line.words, columns - _NAMES - 1), "$foreground"),
            )
            for line in part.lines
        ]
        if len(lines) + 1 + len(said) > rows:
            break
        lines += [Content.styled(part.title, "bold $primary"), *said, Content("")]
    return Content("\n").join(lines[:-1])


def after_deletion(site: str) -> list[Part]:
    """Return what a person may ask once a site is deleted."""
    return [
        Part(
            "What now",
            (
                Line("The bill", "has what the site used until now. AWS shows it within a day."),
                Line("The chargers", "cannot connect any more: their certificates are deleted."),
                Line("Deploy again", f"Welcome, Start: the answers of {site} are still there."),
                Line("", "Its address and the files of its chargers will be new."),
            ),
        )
    ]


def data_of(outcome: Outcome) -> tuple[Kept, ...]:
    """Return what was kept of a deleted site that its data can be deleted with."""
    return tuple(kept for kept in outcome.kept if not kept.console)


def price_of(thing: Kept) -> str:
    """Return what a thing that stays costs, in words."""
    known = thing.monthly_usd
    return "price unknown" if known is None else a_month(known, USD)


def kept_things(kept: Sequence[Kept]) -> Content:
    """Return things that stay, a line each with its price. K lists their names in AWS, too."""
    whats = max((len(thing.what) for thing in kept), default=0)
    prices = max((len(price_of(thing)) for thing in kept), default=0)
    return Content("\n").join(
        Content(f"{capital(thing.what):<{whats}}   {price_of(thing):>{prices}}") for thing in kept
    )


def stays(outcome: Outcome, columns: int) -> Content:
    """Return what a run that ended well could not do, and what a deletion has kept.

    Its names in AWS are there where all of them fit.
    """
    parts = [warnings(outcome.warnings)] if outcome.warnings else []
    if outcome.kept:
        total = sum((kept.monthly_usd or Decimal(0) for kept in outcome.kept), Decimal(0))
        heading = f"These stay, for {at_most(total, USD)} by their sizes now"
        listed = kept_things(outcome.kept)
        rows = [
            Content.assemble(row, (f"   {thing.identifier}", DIM))
            for row, thing in zip(listed.split(), outcome.kept, strict=True)
        ]
        fits = all(row.cell_length <= columns for row in rows)
        parts += [
            sentence(State.WARN, heading, bold=True),
            *(rows if fits else [listed]),
            Content.styled("From now on, Welcome lists them, too.", DIM),
        ]
    return Content("\n").join(parts)
