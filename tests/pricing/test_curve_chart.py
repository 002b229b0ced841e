"""The chart of a curve in letters, and the dots it is drawn with."""

import re
from decimal import Decimal
from itertools import pairwise

import pytest

from solarrally_tui.pricing.advice.chart import chart, cost_at, scales, told
from solarrally_tui.pricing.advice.curve import Curve, curve
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.text.braille import Canvas
from tests.pricing.test_curve import site


def dollars(usd: Decimal) -> str:
    return f"${usd:,.0f}"


def drawn(found: Curve, columns: int, rows: int) -> list[str]:
    return ["".join(span.text for span in line) for line in chart(found, columns, rows, dollars)]


@pytest.fixture(scope="module")
def six() -> Curve:
    return curve(site(size={"chargers": 6}))


@pytest.fixture(scope="module")
def hundreds() -> Curve:
    return curve(site("large", size={"chargers": 500}))


@pytest.mark.parametrize(("columns", "rows"), [(50, 7), (76, 10), (120, 20), (190, 40)])
def test_the_chart_fits_its_room_and_names_every_tier(
    six: Curve, hundreds: Curve, columns: int, rows: int
) -> None:
    for found in (six, hundreds):
        lines = drawn(found, columns, rows)
        assert len(lines) == rows
        assert max(map(len, lines)) <= columns
        ends = [line.split()[-2:] for line in lines if line.split()[-1].startswith("$")]
        assert [name for name, _ in ends if name in {"Small", "Medium", "Large"}] == [
            "Large",
            "Medium",
            "Small",
        ]
        assert "$0 └─" in lines[-2]
        assert lines[-1].endswith(" chargers")
        assert f" {found.chargers:,} " in lines[-1]


def test_the_chart_marks_the_sites_own_number_and_draws_each_tier_in_its_tone(six: Curve) -> None:
    spans = [span for line in chart(six, 76, 12, dollars) for span in line]
    assert {"small", "medium", "large", "mine", "axis"} <= {span.tone for span in spans}
    assert [span.text for span in spans if span.tone == "mine"][-1] == "6"


def test_scales_leave_room_to_grow_and_begin_at_nothing(six: Curve, hundreds: Curve) -> None:
    assert scales(six, 10).chargers == 50
    assert scales(hundreds, 10).chargers == hundreds.most == 1000
    for found in (six, hundreds):
        shown = scales(found, 10)
        assert shown.dot(Decimal(0)) == 0
        highest = max(cost_at(each, shown.chargers) for each in found.tiers)
        assert 0 <= shown.row(highest) < 4


@pytest.mark.parametrize("height", range(3, 40))
@pytest.mark.parametrize("rate", [Decimal(1), Decimal("0.92"), Decimal(155)])
def test_ticks_are_round_and_equally_far_apart_as_the_amounts_are(
    six: Curve, hundreds: Curve, height: int, rate: Decimal
) -> None:
    for found in (six, hundreds):
        shown = scales(found, height, rate)
        ticks = shown.ticks
        assert len(ticks) >= (2 if height > 3 else 1)
        rows, amounts = list(ticks), list(ticks.values())
        assert {before - row for before, row in pairwise([height, *rows])} == {shown.rows}
        for row, monthly in ticks.items():
            assert shown.row(monthly) == row  # a line drawn at that amount passes its tick
            assert round(monthly * rate, 6) % 1 == 0
        first = round(amounts[0] * rate)
        assert str(first).rstrip("0") in {"1", "2", "25", "5"}
        for shape in found.tiers:
            monthly = cost_at(shape, shown.chargers)
            exact = float(monthly / shown.step) * shown.rows
            assert abs((shown.dot(monthly) + 2) / 4 - exact) <= (0.125 if exact > 0.5 else 0.5)


@pytest.mark.parametrize("columns", range(40, 200, 7))
def test_chargers_are_equally_far_apart_and_on_the_scale_of_the_lines(
    six: Curve, hundreds: Curve, columns: int
) -> None:
    for found in (six, hundreds):
        lines = drawn(found, columns, 12)
        shown = scales(found, 10)
        begin = lines[-2].index("└") + 1
        centers = {
            int(label[0].replace(",", "")): label.start() - begin + len(label[0]) // 2
            for label in re.finditer(r"[\d,]+", lines[-1])
        }
        each = shown.columns(len(lines[-2]) - begin)
        for count, cell in centers.items():
            if count:
                assert abs(cell - count * each / shown.apart) < 1
        # The dotted line at the site's own number is above its label.
        mine = centers[found.chargers]
        assert all(line[begin + mine] != " " for line in lines[:-2])


def test_between_two_points_a_line_is_what_the_estimate_says(hundreds: Curve) -> None:
    for chargers in (2, 77, 333, 799):
        said = cost_at(hundreds.shape("large"), chargers)
        exact = estimate(site("large", size={"chargers": chargers})).expected
        assert said == pytest.approx(exact, abs=Decimal("0.001"))


def test_breaks_are_told_in_words(six: Curve) -> None:
    words = list(told(six.breaks))
    assert words[0].startswith("Above 10 chargers, Medium is recommended")
    assert all(each.endswith(".") for each in words)


def test_dots_are_braille_and_take_the_last_tone() -> None:
    canvas = Canvas(2, 1)
    canvas.stroke(0, 0, 3, "a")
    canvas.dot(3, 3, "b")
    canvas.dot(9, 9, "b")
    assert list(canvas.runs(0)) == [("⡇", "a"), ("⠈", "b")]
    canvas.dot(1, 0, "b")
    assert list(canvas.runs(0)) == [("⣇⠈", "b")]
