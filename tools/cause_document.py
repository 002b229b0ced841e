"""Write docs/causes.md from the rules of the diagnosis: what each finding means, and what to do.

Usage: python tools/cause_document.py, or make generated
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from solarrally_tui.findings.reasons.table import REASONS
from solarrally_tui.health.diagnosis.rules.registry import RULES
from solarrally_tui.health.diagnosis.rules.rule import ASIDE, NEAR, ROOT, SYMPTOM, Rule

TARGET: Final = Path(__file__).parents[1] / "docs" / "causes.md"
_INTRODUCTION: Final = """\
# Causes

Written by `python tools/generate.py causes` from the rules of the diagnosis. The id is `cause` in
the JSON of `explain`, and `id` in the JSON of `diagnose`; it never changes.

A *root* explains what follows from it. What is *near* is explained by a root of the same place, a
*symptom* by whatever is nearer, and an *aside* explains nothing: the site works without it. *Sure*
says whether the words themselves are the cause (certain), or a conclusion (likely, possible).
"""
_DEPTHS: Final = {ROOT: "root", NEAR: "near", SYMPTOM: "symptom", ASIDE: "aside"}
_PLACES: Final = (
    ("Logs of containers", ("log",)),
    ("Functions and their queue", ("function", "event-source", "dead-letters", "queue")),
    ("Tasks", ("task", "container", "service-event", "target", "health-check", "deployment")),
    ("Stacks and builds", ("stack-event", "refused", "stack", "build")),
    ("Database, certificates and CloudFront", ("database", "certificate", "distribution")),
    ("Checks, alarms and AWS IoT", ("check", "alarm", "iot", "quota", "telemetry")),
)
_BLANK: Final = re.compile(r"\{(\w+)\}")


def document() -> str:
    """Return the document as Markdown."""
    of_reasons = {reason.id for reason in REASONS}
    left = [rule for rule in RULES if rule.id not in of_reasons]
    parts = [_INTRODUCTION]
    for title, kinds in _PLACES:
        ours = [rule for rule in left if rule.kinds[0].startswith(kinds)]
        left = [rule for rule in left if rule not in ours]
        parts += [f"\n## {title}\n\n", *(f"{line}\n" for line in _table(ours))]
    if left:
        parts += ["\n## Others\n\n", *(f"{line}\n" for line in _table(left))]
    parts.append("\n## Refusals of AWS\n\n")
    refusals = [rule for rule in RULES if rule.id in of_reasons]
    parts += [f"{line}\n" for line in _short(refusals)]
    parts.append("\n## Who prints the words of a log, and how that was checked\n\n")
    parts += [f"{line}\n" for line in _checked(rule for rule in RULES if rule.checked)]
    return "".join(parts)


def _table(rules: Sequence[Rule]) -> Iterator[str]:
    yield "| id | what it means | what to do | sure | depth |"
    yield "|---|---|---|---|---|"
    for rule in rules:
        cells = (f"`{rule.id}`", rule.what, rule.next, rule.sure.value, _DEPTHS[rule.depth])
        yield f"| {' | '.join(map(_cell, cells))} |"


def _short(rules: Sequence[Rule]) -> Iterator[str]:
    yield "| id | what it means | what to do |"
    yield "|---|---|---|"
    for rule in rules:
        yield f"| {' | '.join(map(_cell, (f'`{rule.id}`', rule.what, rule.next)))} |"


def _checked(rules: Iterable[Rule]) -> Iterator[str]:
    yield "| id | printed by | checked |"
    yield "|---|---|---|"
    for rule in rules:
        yield f"| {' | '.join(map(_cell, (f'`{rule.id}`', rule.printed_by, rule.checked)))} |"


def _cell(text: str) -> str:
    return " ".join(_BLANK.sub(r"*\1*", text).replace("|", "\\|").split())


def main() -> None:
    """Write the document."""
    TARGET.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
