"""From evidence to ranked causes. Pure: the same evidence gives the same answer."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from solarrally_tui.findings.failure_reasons import refused
from solarrally_tui.findings.severity import Severity
from solarrally_tui.findings.stack_failures import ECHOES
from solarrally_tui.health.diagnosis.evidence import Evidence
from solarrally_tui.health.diagnosis.model import Candidate, Sureness
from solarrally_tui.health.diagnosis.rules.registry import RULES
from solarrally_tui.health.diagnosis.rules.rule import ASIDE, NEAR, SYMPTOM, Rule
from solarrally_tui.health.report import Report

_BY_ID: Final = {rule.id: rule for rule in RULES}
_OF_TASKS: Final = frozenset({"task", "container", "service-event", "deployment", "target"})
_EARLY: Final = datetime.min.replace(tzinfo=UTC)
_LATE: Final = datetime.max.replace(tzinfo=UTC)
_ORDER: Final = tuple(Sureness)


def causes(site: str, seen: Iterable[Evidence], report: Report) -> tuple[Candidate, ...]:
    """Return what the evidence speaks for, the root of most first."""
    told = list(_current(seen, report))
    claimed: dict[str, list[Evidence]] = {}
    for each in told:
        rule = claims(each)
        if rule is not None:
            claimed.setdefault(rule.id, []).append(each)
    made = [_candidate(site, _BY_ID[rule], found) for rule, found in claimed.items()]
    return tuple(sorted(_folded(made), key=_rank))


def claims(evidence: Evidence) -> Rule | None:
    """Return the rule that a piece of evidence speaks for; None where it speaks for none."""
    if evidence.good or evidence.words.startswith(ECHOES):
        return None
    if evidence.kind == "quota":
        return _BY_ID[evidence.facts["rule"]]
    return next((rule for rule in RULES if _matches(rule, evidence)), None)


def _matches(rule: Rule, evidence: Evidence) -> bool:
    return (
        evidence.kind in rule.kinds
        and (not rule.state or re.fullmatch(rule.state, evidence.state) is not None)
        and (not rule.words or re.search(rule.words, evidence.words) is not None)
    )


def _current(seen: Iterable[Evidence], report: Report) -> Iterable[Evidence]:
    """Leave out what tasks met that is over: the service is well again, or was deployed since.

    Lines of a log that runs now still count, because the load balancer does not see everything.
    """
    told = list(seen)
    states = {check.id: check.severity for check in report.checks}
    serves = states.get("service") is Severity.OK and states.get("targets") is Severity.OK
    deployed = [each.time for each in told if each.kind == "deployment" and each.good and each.time]
    since = max(deployed, default=_EARLY)
    for each in told:
        is_old = each.time is not None and each.time < since
        if not (_is_of_tasks(each) and (serves or is_old)):
            yield each


def _is_of_tasks(evidence: Evidence) -> bool:
    return evidence.kind in _OF_TASKS or (evidence.kind, evidence.state) == ("log", "stopped")


def _candidate(site: str, rule: Rule, found: Sequence[Evidence]) -> Candidate:
    def telling(each: Evidence) -> tuple[int, datetime]:
        place = rule.kinds.index(each.kind) if each.kind in rule.kinds else len(rule.kinds)
        return place, each.time or _LATE

    ordered = tuple(sorted(found, key=telling))
    return Candidate(
        rule.id,
        _filled(rule.what, site, ordered[0]),
        rule.sure,
        _filled(rule.next, site, ordered[0]),
        rule.source,
        ordered,
    )


def _filled(text: str, site: str, lead: Evidence) -> str:
    who, action = refused(lead.words)
    values = {
        "site": site,
        "resource": lead.resource,
        "stack": lead.stack,
        "state": lead.state,
        "words": lead.words.splitlines()[0] if lead.words else "",
        "who": who,
        "action": action,
        "record": "ACM names the record within a minute.",
        "phase": "",
        "code": "",
        "title": lead.resource,
        "reason": "Delete the certificate in ACM.",
    }
    values |= {name: value for name, value in lead.facts.items() if value}
    return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], text)


def _folded(made: Sequence[Candidate]) -> list[Candidate]:
    """Let symptoms be effects of the nearest cause that there is."""
    ranked = sorted(made, key=_rank)
    roots = [each for each in ranked if _depth(each) <= NEAR]
    if not roots:
        return ranked
    follow = [each for each in ranked if each is not roots[0] and _follows(each, roots)]
    effects = tuple(evidence for each in follow for evidence in each.evidence)
    first = replace(roots[0], effects=effects)
    return [first, *(each for each in ranked if each is not roots[0] and each not in follow)]


def _follows(each: Candidate, roots: Sequence[Candidate]) -> bool:
    """Tell whether a candidate follows from others: it is a symptom, or not the nearest there."""
    if _depth(each) == NEAR:
        return any(_depth(root) < NEAR and _same_place(root, each) for root in roots)
    return _depth(each) == SYMPTOM


def _same_place(root: Candidate, each: Candidate) -> bool:
    """Tell whether two are about the same stack, or both about what tasks do."""
    stacks = {evidence.stack for evidence in root.evidence} - {""}
    mine = {evidence.stack for evidence in each.evidence} - {""}
    return bool(stacks & mine) or not (stacks or mine)


def _depth(candidate: Candidate) -> int:
    return _BY_ID[candidate.id].depth


def _rank(candidate: Candidate) -> tuple[bool, int, datetime]:
    """Return what candidates are sorted by: how near and sure, then which was first."""
    depth = _depth(candidate)
    times = [each.time for each in candidate.evidence if each.time]
    return depth == ASIDE, depth + _ORDER.index(candidate.sure), min(times, default=_LATE)
