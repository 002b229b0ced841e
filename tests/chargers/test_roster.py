"""The list of chargers that an operator brings."""

from pathlib import Path

import pytest

from solarrally_tui.chargers.intake.roster import (
    Entry,
    RosterError,
    of_names,
    of_text,
    parse,
    read,
)
from solarrally_tui.chargers.onboarding import Details


def wrong(text: str) -> list[str]:
    with pytest.raises(RosterError) as caught:
        parse(text)
    return [str(problem) for problem in caught.value.problems]


def test_only_the_name_is_needed_and_columns_come_in_any_order() -> None:
    assert parse("name\na\n\nb\n") == (Entry("a"), Entry("b"))
    given = parse("location,name,max_kw,type\nCar park 2,a,7.4,box\n,b,,\n")
    assert given == (Entry("a", Details("box", "7.4", "Car_park_2")), Entry("b"))


def test_a_line_names_chargers_and_ranges_of_them() -> None:
    assert [one.name for one in of_text("left, evse-8 to evse-10,b-09 to b-10")] == [
        "left",
        "evse-8",
        "evse-9",
        "evse-10",
        "b-09",
        "b-10",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "No charger is named. A name is, say, evse-1."),
        ("evse-1,", "no name"),
        ("evse 3", "letters, digits, hyphens and underscores"),
        ("evse-3 to evse-1", "is no range"),
        ("a to b", "is no range"),
        ("evse-1 to barn-3", "is no range"),
        ("evse-1 to evse-1001x", "is no range"),
        ("evse-0 to evse-1000", "more than 1,000 chargers"),
        ("evse-1 to evse-3, evse-2", "evse-2 is named twice"),
    ],
)
def test_a_line_that_is_no_list_says_why(text: str, words: str) -> None:
    with pytest.raises(RosterError) as caught:
        of_text(text)
    assert words in str(caught.value)


def test_what_a_spreadsheet_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes('\ufeffCharger;Max kW;Model\r\n"a";7,4;box\r\nb;22;\r\n'.encode())
    assert read(path) == (Entry("a", Details("box", "7.4")), Entry("b", Details("", "22")))


def test_every_wrong_row_is_told_by_its_line() -> None:
    problems = wrong(
        "name,type,max_kw,location\n"
        "good,box,22,Hall\n"
        "b c,box,22,Hall\n"
        ",box,22,Hall\n"
        "d,a.b,0,Hällé\n"
        "GOOD,box,-1,Hall\n"
        "e,box,22,Hall,more\n"
        "solarrally-x,,,\n"
    )
    lines = [int(problem.removeprefix("line ").partition(":")[0]) for problem in problems]
    assert lines == [3, 4, 5, 5, 5, 6, 6, 7, 8]
    assert "line 4: It has no name." in problems
    assert "line 6: GOOD is named already in line 2." in problems
    assert "line 7: 5 values, and the heading names 4 columns." in problems


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no column name"),
        ("type\nbox\n", "has no column name"),
        ("name,colour\na,red\n", "'colour'"),
        ("name,charger\na,b\n", "a column twice"),
        ("name\n", "names no charger"),
        ('name\n"a\n', "not CSV"),
        ("name\n" + "a" * 65, "cannot be the name"),
    ],
)
def test_a_list_that_is_none_is_refused(text: str, words: str) -> None:
    assert any(words in problem for problem in wrong(text))


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "latin.csv").write_bytes("name\nh\xe4\n".encode("latin-1"))
    for name, words in (("latin.csv", "UTF-8"), ("none.csv", "cannot be read")):
        with pytest.raises(RosterError, match=words):
            read(tmp_path / name)


def test_names_may_come_once() -> None:
    assert of_names(["a", "b"]) == (Entry("a"), Entry("b"))
    with pytest.raises(RosterError, match="A is named twice"):
        of_names(["a", "b", "A"])
