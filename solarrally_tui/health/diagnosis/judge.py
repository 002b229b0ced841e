"""From evidence to ranked causes. Pure: the same evidence gives the same answer."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from solarrally_tui.findings.reasons.table import filled, named_in
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
_MEASURES: Final = {"check:quotas": "quota-vcpu"}
"""Checks that measure what a cause reports, by their kind. What is measured comes later than what
AWS refuses."""


def causes(site: str, seen: Iterable[Evidence], report: Report) -> tuple[Candidate, ...]:
    """Return what the evidence speaks for, the likeliest root first."""
    claimed: dict[str, list[Evidence]] = {}
    for evidence in _current(list(seen), report):
        rule = claims(evidence)
        if rule is not None:
            claimed.setdefault(rule.id, []).append(evidence)
    candidates = [_candidate(site, _BY_ID[id_], evidence) for id_, evidence in claimed.items()]
    depths = {id_: _BY_ID[id_].depth for id_ in claimed}
    return tuple(_folded(_placed(candidates, depths), depths))


def contradicts(evidence: Evidence, ranked: Iterable[Candidate]) -> bool:
    """Tell whether what looks well is what a cause reports not to be."""
    cause = _MEASURES.get(evidence.kind)
    return evidence.good and any(candidate.id == cause for candidate in ranked)


def claims(evidence: Evidence) -> Rule | None:
    """Return the rule that a piece of evidence speaks for; None where it speaks for none."""
    if evidence.good or evidence.words.startswith(ECHOES):
        return None
    if evidence.kind == "quota":
        return _BY_ID[evidence.facts["rule"]]
    return next((rule for rule in RULES if _matches(rule, evidence)), None)


def _matches(rule: Rule, evidence: Evidence) -> bool:
    frames = evidence.facts.get("frames", "")
    return (
        evidence.kind in rule.kinds
        and (not rule.state or re.fullmatch(rule.state, evidence.state) is not None)
        and (not rule.words or re.search(rule.words, evidence.words) is not None)
        and (not (rule.within and frames) or re.search(rule.within, frames) is not None)
    )


def _current(seen: Sequence[Evidence], report: Report) -> Iterable[Evidence]:
    """Leave out failures of tasks that are over: the service is well again, or was deployed since.

    Lines of a log that is written now still count, because the load balancer does not see all.
    """
    severities = {check.id: check.severity for check in report.checks}
    serves = all(severities.get(check) is Severity.OK for check in ("service", "targets"))
    deployed = [e.time for e in seen if e.kind == "deployment" and e.good and e.time]
    since = max(deployed, default=_EARLY)
    for evidence in seen:
        is_old = evidence.time is not None and evidence.time < since
        # What was kept of a stack is left out with it: sources/kept.py.
        if evidence.kept or not (_is_of_tasks(evidence) and (serves or is_old)):
            yield evidence


def _is_of_tasks(evidence: Evidence) -> bool:
    return evidence.kind in _OF_TASKS or (evidence.kind, evidence.state) == ("log", "stopped")


def _candidate(site: str, rule: Rule, claimed: Sequence[Evidence]) -> Candidate:
    def most_telling(evidence: Evidence) -> tuple[int, datetime]:
        kinds = rule.kinds
        place = kinds.index(evidence.kind) if evidence.kind in kinds else len(kinds)
        return place, evidence.time or _LATE

    ordered = tuple(sorted(claimed, key=most_telling))
    values = _values(rule, site, ordered[0])
    return Candidate(
        rule.id,
        filled(rule.what, values),
        rule.sure,
        filled(rule.next, values),
        rule.source,
        ordered,
    )


def _values(rule: Rule, site: str, lead: Evidence) -> dict[str, str]:
    """Return the values of the placeholders of COMMON and of the rule's own."""
    common = {
        "site": site,
        "resource": lead.resource,
        "stack": lead.stack,
        "state": lead.state,
        "words": lead.words.splitlines()[0] if lead.words else "",
        **named_in(lead.words),
    }
    facts = {name: value for name, value in lead.facts.items() if value}
    return common | dict(rule.defaults) | facts


def _placed(candidates: Sequence[Candidate], depths: dict[str, int]) -> list[Candidate]:
    """Let candidates take the place of those that they explain, and note their depth then."""
    explained: set[str] = set()
    placed = []
    for candidate in candidates:
        follow = [c for c in candidates if c.id in _BY_ID[candidate.id].explains]
        explained |= {c.id for c in follow}
        depths[candidate.id] = min(depths[c.id] for c in (candidate, *follow))
        placed.append(_with_effects(candidate, follow))
    return [candidate for candidate in placed if candidate.id not in explained]


def _folded(candidates: Sequence[Candidate], depths: Mapping[str, int]) -> list[Candidate]:
    """Make symptoms the effects of the nearest cause that there is; the likeliest root first."""

    def follows(candidate: Candidate) -> bool:
        if depths[candidate.id] == NEAR:
            return any(depths[root.id] < NEAR and _same_place(root, candidate) for root in roots)
        return depths[candidate.id] == SYMPTOM

    ranked = sorted(candidates, key=lambda candidate: _rank(candidate, depths[candidate.id]))
    roots = [candidate for candidate in ranked if depths[candidate.id] <= NEAR]
    if not roots:
        return ranked
    following = [c for c in ranked if c is not roots[0] and follows(c)]
    folded = [_with_effects(roots[0], following)]
    folded += [c for c in ranked if c is not roots[0] and c not in following]
    return sorted(folded, key=lambda candidate: _rank(candidate, depths[candidate.id]))


def _with_effects(candidate: Candidate, following: Iterable[Candidate]) -> Candidate:
    """Return a candidate with what speaks for others among its effects."""
    more = (e for each in following for e in (*each.evidence, *each.effects))
    return replace(candidate, effects=(*candidate.effects, *more))


def _same_place(one: Candidate, other: Candidate) -> bool:
    """Tell whether two are about the same stack, or both about what tasks do."""
    stacks, others = ({e.stack for e in c.evidence} - {""} for c in (one, other))
    return bool(stacks & others) or not (stacks or others)


def _rank(candidate: Candidate, depth: int) -> tuple[bool, int, datetime]:
    """Return what candidates are sorted by: how near and sure, then which was first."""
    times = [evidence.time for evidence in candidate.evidence if evidence.time]
    return depth == ASIDE, depth + _ORDER.index(candidate.sure), min(times, default=_LATE)
