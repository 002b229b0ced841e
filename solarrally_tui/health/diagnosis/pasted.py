"""What pasted words or a log mean, by the reasons and the rules of the diagnosis. Pure."""

import re
from html import unescape
from typing import Final

from solarrally_tui.findings.reasons.computer import PASTED
from solarrally_tui.findings.reasons.table import REASONS, Explanation, explanation_of
from solarrally_tui.health.diagnosis.evidence import ApiCall, Evidence
from solarrally_tui.health.diagnosis.judge import causes
from solarrally_tui.health.diagnosis.log_lines import telling
from solarrally_tui.health.diagnosis.rules.registry import RULES
from solarrally_tui.health.diagnosis.rules.rule import TASK, Rule
from solarrally_tui.health.report import Report
from solarrally_tui.text.control_characters import harmless

MOST: Final = 100_000
"""Characters that are examined: the last ones, because a text ends with its failure."""

_LONGEST: Final = 2_000
"""Characters of one line of a log that are examined."""

_REASONS: Final = {reason.id: reason for reason in REASONS}
_SENTENCES: Final = tuple(
    rule for rule in RULES if rule.words and {"stack-event", *TASK} & {*rule.kinds}
)
"""Rules about what AWS says in sentences; the others are about a state, or about lines of a log."""

_COLOURS: Final = re.compile(r"\x1b\[[0-9;?]*[@-~]")
"""What remains of these without their first character would hide where a word begins."""

_TYPED: Final = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u200b": "", "\ufeff": ""}
)
"""What web pages and chat programs make of quotation marks, and what they leave between words."""

_STAMP: Final = re.compile(r"^\s{0,8}\d{4}-\d\d-\d\d[T ]\S+(?:\s\S+/\S+/\S+)?\s")
"""What `aws logs tail` puts before a line, which may be indented: the time, and the stream."""

_PASTED: Final = ApiCall("", "", "", {})


def explain(text: str) -> Explanation | None:
    """Return what AWS or a container said means; None where no rule knows it.

    The words may be wrapped, and may hold control characters and secrets.
    """
    whole = " ".join(_plain(text).split())
    if of_computer := explanation_of(whole, among=PASTED):
        return of_computer
    found = [rule for rule in _SENTENCES if re.search(rule.words, whole)]
    if not found:
        return explain_log(text)
    # The nearest to the root; of equally near ones, the first in the order of the rules.
    nearest = min(found, key=lambda rule: rule.depth)
    if nearest.id in _REASONS:
        return explanation_of(whole, among=[_REASONS[nearest.id]])
    return _by_rule([_PASTED.evidence(_kind(nearest), whole[-_LONGEST:])])


def explain_log(text: str) -> Explanation | None:
    """Return what the log of a container shows; None where no line of it shows a cause."""
    lines = [_STAMP.sub("", line[:_LONGEST].rstrip()) for line in _plain(text).splitlines()]
    return _by_rule(
        [
            _PASTED.evidence("log", told.words, facts={"frames": told.frames})
            for told in telling(lines)
        ]
    )


def _plain(text: str) -> str:
    """Return the end of a text as AWS wrote it, without what a terminal would obey."""
    return harmless(_COLOURS.sub(" ", unescape(text[-MOST:])).translate(_TYPED))


def _by_rule(seen: list[Evidence]) -> Explanation | None:
    """Return the likeliest cause of what was seen."""
    ranked = causes("SITE", seen, Report("SITE", ()))
    if not ranked:
        return None
    first = ranked[0]
    # Nobody said which container it is: its place in the sentence stays empty.
    what, then = (" ".join(words.split()) for words in (first.what, first.next))
    return Explanation(kind=first.id, cause=first.id, what=what, why=first.why, next=then)


def _kind(rule: Rule) -> str:
    return next(kind for kind in rule.kinds if kind in {"stack-event", *TASK})
