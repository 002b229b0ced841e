"""Where Escape leads: to where the person came from, whatever way that was."""

from solarrally_tui.interview.steps import ORDER
from solarrally_tui.interview.trail import DIAGNOSIS, FLEET, Place, Trail, back_from, onward


def walked(*names: str) -> tuple[Trail, Place]:
    """Return the trail of somebody who went from place to place, and where they are."""
    trail, here = Trail(), Place(names[0])
    for name in names[1:]:
        trail, here = onward(trail, here, Place(name)), Place(name)
    return trail, here


def test_escape_leads_step_by_step_to_the_first() -> None:
    trail, here = walked(*ORDER)
    for step in reversed(ORDER[:-1]):
        assert back_from(trail, here) == Place(step)
        trail, here = trail[:-1], trail[-1]
    assert trail == ()


def test_escape_leads_back_to_the_fleet_and_from_there_to_status() -> None:
    trail, here = walked("welcome", "status", FLEET, "charger")
    assert back_from(trail, here) == Place(FLEET)
    assert back_from(trail[:-1], Place(FLEET)) == Place("status")


def test_a_site_that_was_opened_from_welcome_leads_back_there() -> None:
    assert back_from(*walked("welcome", "status")) == Place("welcome")


def test_a_diagnosis_is_returned_to_with_the_check_that_it_was_about() -> None:
    about = Place(DIAGNOSIS, "database")
    trail = onward((Place("status"),), about, Place(FLEET))
    assert back_from(trail, Place(FLEET)) == about


def test_who_goes_back_by_the_rail_is_on_the_way_that_led_there() -> None:
    way = walked("welcome", "account", "billing", "size", "account")
    assert back_from(*way) == Place("welcome")


def test_an_answer_that_is_changed_from_review_leads_back_to_review() -> None:
    trail, here = walked("welcome", "account", "size", "review")
    assert back_from(onward(trail, here, Place("size"), returns=True), Place("size")) == here


def test_who_begins_at_a_step_is_led_to_the_one_before() -> None:
    assert back_from((), Place("size")) == Place("domain")
    assert back_from((), Place(DIAGNOSIS)) == Place("status")


def test_going_where_one_is_changes_nothing() -> None:
    trail, here = walked("welcome", "account", "billing")
    assert onward(trail, here, here) == trail
