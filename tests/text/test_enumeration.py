"""Names and numbers of things in a sentence."""

import pytest

from solarrally_tui.text.enumeration import counted


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 days"), (1, "1 day"), (1.0, "1 day"), (1234, "1,234 days")]
)
def test_one_thing_is_in_the_singular(count: float, words: str) -> None:
    assert counted(count, "day") == words


def test_a_verb_follows_the_number() -> None:
    assert counted(1, "charger is", "chargers are") == "1 charger is"
    assert counted(2, "charger is", "chargers are") == "2 chargers are"
