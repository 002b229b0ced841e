"""Lines are as wide as the terminal, and what has to be copied stays whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solarrally_tui.text.markdown import escape, escape_name
from solarrally_tui.text.table import columns, fit, terminal_width, wrap

ARN = "arn:aws:iam::123456789012:policy/solarrally/solarrally-sunny-garage-deploy-everything-1"
WORDS = st.text("abcdefg hij", max_size=200)


@pytest.fixture(params=[40, 60, 80, 120])
def terminal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return the columns of a terminal."""
    monkeypatch.setenv("COLUMNS", str(request.param))
    return int(request.param)


def test_without_a_terminal_there_are_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "0")
    assert terminal_width() in range(1, 121)
    monkeypatch.setenv("COLUMNS", "400")
    assert terminal_width() == 120


def test_a_paragraph_hangs_below_its_first_words(terminal: int) -> None:
    text = "The stacks are complete and none of their alarms is ringing. " * 4
    lines = wrap(text, "  Why   ")
    assert all(len(line) <= terminal for line in lines)
    assert lines[0].startswith("  Why   The stacks")
    assert all(line.startswith("        ") for line in lines[1:])
    assert " ".join(" ".join(lines).split()) == f"Why {text.strip()}"


def test_what_has_to_be_copied_is_not_broken(terminal: int) -> None:
    assert any(line.endswith(ARN) for line in wrap(f"Attach {ARN}", "  "))
    assert fit(f"  {ARN}") == f"  {ARN}"


def test_an_empty_text_is_one_empty_line() -> None:
    assert wrap("") == [""]
    assert fit("a\n\n  b") == "a\n\n  b"
    assert columns([]) == []


def test_the_flexible_column_gets_what_the_others_leave(terminal: int) -> None:
    rows = [("▲ warning", "Audit trail", "Nobody reads it. " * 12), ("✓ ok", "Stacks", "All.")]
    lines = columns(rows)
    assert all(len(line) <= terminal for line in lines)
    assert lines[-1] == "✓ ok       Stacks       All."
    assert all(line.startswith(" " * 24) for line in lines[1:-1])


def test_amounts_stand_below_each_other(terminal: int) -> None:
    rows = [("app", "Fargate tasks " * 6, "1.00"), ("", "NAT", "1,032.85")]
    lines = columns(rows, align="<<>", flexible=1)
    assert all(len(line) <= terminal for line in lines)
    assert len({len(line) for line in lines if line.endswith(("1.00", "1,032.85"))}) == 1


def test_a_line_feed_in_the_flexible_column_starts_a_line_in_it() -> None:
    assert columns([("✗", "No.\nSign in.")]) == ["✗  No.", "   Sign in."]


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=4))
def test_no_word_is_lost(rows: list[tuple[str, str]]) -> None:
    shown = " ".join(columns(rows)).split()
    assert sorted(shown) == sorted(" ".join(f"{a} {b}" for a, b in rows).split())


def test_what_others_wrote_is_no_markdown() -> None:
    assert escape("*a*\n<b> [c](d) & #1") == r"\*a\* &lt;b&gt; \[c\](d) &amp; \#1"
    assert escape("mail@example.com www.example.com") == "mail@example.com www.example.com"
    assert escape_name("mail@example.com") == r"mail\@example.com"
