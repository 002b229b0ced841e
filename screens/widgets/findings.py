"""Findings about the account: one line each, and a paragraph where something needs fixing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from textwrap import wrap
from types import MappingProxyType
from typing import Final

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Static

from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.glyphs import Signed
from solarrally_tui.findings.severity import Severity
from solarrally_tui.interview.steps import StepState
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.screens.common.next_steps import in_the_wizard
from solarrally_tui.screens.common.words import DIM, mark
from solarrally_tui.screens.widgets.facts import Fitted

Signs = Mapping[str, Signed]
"""Of findings that have another sign than that of their severity, by their id."""
_OF_SEVERITY: Final[Signs] = MappingProxyType({})
_INDENT: Final = "  "
"""Before what is below a title: as wide as its sign."""


class Findings(Vertical):
    """Findings below a heading: a line each, or one for all that are well."""

    def __init__(self, here: str = "") -> None:
        """here: the step that shows them."""
        super().__init__(id="findings")
        self._here = here

    def wait(self) -> None:
        """Show that the account is being checked."""
        self.say(State.RUNNING.line("Checking the account …"))

    def say(self, text: str) -> None:
        """Show one line in place of findings."""
        self._replace([Static(Content.styled(text, DIM))])

    def show(self, findings: Sequence[Finding], well: Sequence[Finding], way_out: str = "") -> None:
        """Show what needs attention below what all findings mean together.

        well: the rest, in as few lines as its reader needs. way_out: the words of a button below
        what would stop a deployment; empty for none.
        """
        stops = [finding for finding in findings if finding.severity is Severity.FAIL]
        wrong = [f for f in findings if f.wants_attention and f not in stops]
        button = Button(f" {way_out} ", compact=True, variant="primary", classes="way-out")
        buttons = [button] if way_out else []
        below = _rows((*wrong, *well), here=self._here)
        self._replace([_head(_heading(findings)), *_rows(stops, here=self._here), *buttons, *below])

    def put(self, heading: str, findings: Sequence[Finding], signs: Signs = _OF_SEVERITY) -> None:
        """Show findings in their order below a heading."""
        self._replace([_head(heading), *_rows(findings, signs, self._here)])

    def _replace(self, widgets: Sequence[Widget]) -> None:
        self.remove_children()
        self.mount_all(widgets)


def _head(heading: str) -> Widget:
    return Static(Content.styled(heading, "bold"))


def _rows(
    findings: Sequence[Finding], signs: Signs = _OF_SEVERITY, here: str = ""
) -> Iterator[Widget]:
    """Yield the rows; what is to be done about several is said once, below the last of them."""
    then = [each.fix for each in findings[1:]] + [""]
    for each, next_ in zip(findings, then, strict=False):
        sign = signs.get(each.id, sign_of(each))
        once = replace(each, fix="" if each.fix == next_ else each.fix)
        yield from _widgets(once, sign, here)


def sign_of(finding: Finding) -> Signed:
    """Return the sign of a finding; what AWS does not say, and needs nothing, is open."""
    is_unsaid = finding.severity is Severity.UNKNOWN and not finding.wants_attention
    return StepState.OPEN if is_unsaid else finding.severity


def by_weight(findings: Sequence[Finding]) -> Sequence[Finding]:
    """Return findings, the worst first."""
    return sorted(findings, key=lambda finding: -finding.severity.rank)


def _widgets(finding: Finding, sign: Signed, here: str) -> Iterator[Widget]:
    title = Content.assemble(mark(sign), finding.title)
    line = Content.styled(in_the_wizard(finding.line, here=here), DIM)
    # Apart, so that a line that is too long goes on below itself.
    yield Horizontal(
        Static(title, classes="finding-title"),
        Static(line, classes="finding-line"),
        classes="finding",
    )
    if finding.fix:
        yield Static(Content(in_the_wizard(finding.fix, here=here)), classes="fix")


def in_detail(
    findings: Sequence[Finding],
    sources: Mapping[str, str] = MappingProxyType({}),
    signs: Signs = _OF_SEVERITY,
    here: str = "",
    last: str = "",
) -> Fitted:
    """Return all that is known of findings, a paragraph each.

    sources: where a finding comes from, by its id. here: the step that shows them. last: what is
    said below all of them.
    """

    def paragraph(finding: Finding, columns: int) -> Content:
        said = in_the_wizard(f"{finding.line} {finding.fix}".rstrip(), here=here)
        texts = ((said, ""), (sources.get(finding.id, ""), DIM))
        lines = [
            Content.styled(f"{_INDENT}{line}", style)
            for text, style in texts
            for line in wrap(text, columns - len(_INDENT))
        ]
        sign = mark(signs.get(finding.id, sign_of(finding)))
        return Content("\n").join([Content.assemble(sign, (finding.title, "bold")), *lines])

    def drawn(columns: int) -> Content:
        parts = [paragraph(finding, columns) for finding in findings]
        return Content("\n\n").join([*parts, Content.styled(last, DIM)] if last else parts)

    return Fitted(drawn)


def _heading(findings: Sequence[Finding]) -> str:
    stops = sum(f.severity is Severity.FAIL for f in findings)
    warns = sum(finding.wants_attention for finding in findings)
    each = f"F3 shows {len(findings)} checks."
    if stops:
        return f"{stops} {'things' if stops > 1 else 'thing'} would stop a deployment. {each}"
    if warns:
        return f"Nothing stops a deployment. {warns} to check. {each}"
    return f"Nothing stops a deployment. {each}"
