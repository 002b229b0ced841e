"""Every state has one look, and only one table says which."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from solarrally_tui.chargers.fleet.charger import State as ChargerState
from solarrally_tui.domains.registration import Progress
from solarrally_tui.findings.glyphs import SIGNS, Selection, Signed, Tone
from solarrally_tui.findings.severity import Severity, worst
from solarrally_tui.health.moving_in import State as MoveState
from solarrally_tui.health.report import Pending
from solarrally_tui.interview.steps import StepState
from solarrally_tui.provisioning.change.plan import Standing, Weight
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.screens.picture.endings import Deletion, Stopped
from solarrally_tui.source.finding import Level
from solarrally_tui.wizard.run_progress import Part

ROOT = Path(__file__).parents[2]
KINDS = (
    Severity,
    State,
    Standing,
    Weight,
    Progress,
    Level,
    StepState,
    Selection,
    ChargerState,
    MoveState,
    Pending,
    Stopped,
    Deletion,
    Part,
)


def test_every_enum_of_states_is_tried_here() -> None:
    assert set(Signed.__subclasses__()) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_has_a_glyph_of_one_column_and_a_word(kind: type[Signed]) -> None:
    for state in kind:
        assert len(state.glyph) == 1
        assert state.word
        assert state.line("Text.") == f"{state.glyph} Text."


@pytest.mark.parametrize("kind", KINDS)
def test_a_glyph_means_one_thing_within_a_kind(kind: type[Signed]) -> None:
    tones = defaultdict(set)
    for state in kind:
        tones[state.glyph].add(state.tone)
    assert all(len(meant) == 1 for meant in tones.values()), tones


def test_every_row_of_the_table_is_used() -> None:
    assert {state.name for kind in KINDS for state in kind} == set(SIGNS)


def test_a_question_mark_means_only_that_something_is_not_known() -> None:
    assert {name for name, sign in SIGNS.items() if sign.glyph == "?"} == {
        "UNKNOWN",
        "OUT_OF_SIGHT",
    }
    assert State.WAITING_FOR_YOU.glyph == Severity.WARN.glyph == "▲"
    assert State.UNCHANGED.glyph == Standing.UNCHANGED.glyph == "="


def test_what_is_good_and_what_is_bad_never_share_a_glyph() -> None:
    glyphs = {tone: {s.glyph for s in SIGNS.values() if s.tone is tone} for tone in Tone}
    assert not glyphs[Tone.SUCCESS] & (glyphs[Tone.WARNING] | glyphs[Tone.ERROR])
    assert not glyphs[Tone.WARNING] & glyphs[Tone.ERROR]


def test_the_worst_decides() -> None:
    assert worst([Severity.OK, Severity.WARN, Severity.UNKNOWN]) is Severity.WARN
    assert worst(()) is Severity.UNKNOWN
    assert worst((), Severity.OK) is Severity.OK


def test_the_glossary_shows_the_table() -> None:
    words = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\|[^|]+\| (\S) \| ([^|]+) \|$", words.partition("## States")[2], re.MULTILINE
    )
    shown = {(glyph, word) for glyph, listed in rows for word in re.split(r", ", listed.strip())}
    known = {(sign.glyph, sign.word) for sign in SIGNS.values()}
    assert shown <= known, shown - known


def test_no_other_module_spells_a_glyph_of_the_table() -> None:
    table = ROOT / "solarrally_tui" / "findings" / "glyphs.py"
    font = ROOT / "solarrally_tui" / "text" / "large_letters.py"  # draws them
    spelled = re.compile(r"[✓✗▲●○]|[\"'][?~] ")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for folder in ("solarrally_tui", "screens")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path not in (table, font)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if spelled.search(line)
    ]
    assert found == []
