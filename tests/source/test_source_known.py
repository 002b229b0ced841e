"""The record about the default commit: of a real check, in today's words, without foreign text."""

import json
from importlib import resources

from solarrally_tui.site.model import DEFAULT_COMMIT, DEFAULT_REPOSITORY
from solarrally_tui.source.finding import SourceFinding, listed
from solarrally_tui.source.recorded_check import known, recorded
from tests.source.source_setup import DEFECTS, Miniature


def test_it_is_about_the_default_commit_only() -> None:
    assert known(DEFAULT_REPOSITORY, DEFAULT_COMMIT) is recorded()
    assert known(DEFAULT_REPOSITORY, "0" * 40) is None
    assert known("https://example.com/a/b", DEFAULT_COMMIT) is None
    assert recorded().committed < recorded().checked


def test_it_has_exactly_what_is_known_to_be_wrong() -> None:
    assert {each.id: each.level for each in recorded().report.findings} == DEFECTS


def test_its_words_are_those_of_the_check_today(miniature: Miniature) -> None:
    """Otherwise somebody changed the check: run tools/record_findings.py again."""
    today = {each.id: _words(each) for each in miniature.report().findings}
    then = {each.id: _words(each) for each in recorded().report.findings}
    assert then == today


def _words(finding: SourceFinding) -> tuple[str, str, str]:
    """Return the words of a finding without the names of the source that it is about."""
    names = listed(place.name for place in finding.places)
    what = finding.what.replace(names, "") if names else finding.what
    return what, finding.remedy, finding.fix


def test_places_are_files_and_lines_and_nothing_else() -> None:
    text = resources.files("solarrally_tui.source").joinpath("default_findings.json").read_text()
    for each in json.loads(text)["findings"]:
        assert each["places"]
        assert all(
            {"file", "line"} <= set(place) <= {"file", "line", "name"} for place in each["places"]
        )
