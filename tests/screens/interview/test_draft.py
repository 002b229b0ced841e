from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.interview.steps import QUESTIONS, STEPS, first_incomplete, neighbour, position
from solarrally_tui.site.files import dumps, from_answers, loads, to_answers
from solarrally_tui.site.tiers import Tier

GOOD = {"name": "barn", "region": "us-east-1", "tier": "small", "alerts": {"email": "a@b.co"}}


def test_a_new_draft_lacks_only_name_and_email() -> None:
    assert {problem.field for problem in Draft().problems()} == {"name", "alerts.email"}


def test_answers_are_read_and_written_by_dotted_path() -> None:
    draft = Draft(GOOD)
    draft.set("size.chargers", "40")
    assert draft.get("size.chargers") == "40"
    assert draft.site().size.chargers == 40
    draft.set("size.chargers", None)
    assert draft.site().size.chargers == 10


def test_defaults_come_from_the_tier() -> None:
    draft = Draft(GOOD)
    draft.choose_tier(Tier.MEDIUM)
    assert draft.site().size.multi_az is True
    assert draft.text("size.chargers") == "100"


def test_tiers_are_compared_for_the_same_chargers() -> None:
    draft = Draft(GOOD)
    assert draft.site_for_prices(Tier.LARGE).size.chargers == 10
    draft.choose_tier(Tier.MEDIUM, same_chargers=True)
    assert draft.text("size.chargers") == "10"


def test_a_look_at_every_tier_keeps_what_was_typed() -> None:
    typed = {"chargers": "7", "multi_az": True, "egress": "nat-single", "interval_seconds": "abc"}
    draft = Draft(GOOD)
    for name, value in typed.items():
        draft.set(f"size.{name}", value)
    for tier in (Tier.MEDIUM, Tier.LARGE, Tier.MEDIUM, Tier.SMALL):
        assert draft.choose_tier(tier) == ""
        assert {name: draft.get(f"size.{name}") for name in typed} == typed
    draft.set("size.multi_az", False)
    draft.choose_tier(Tier.LARGE)
    draft.choose_tier(Tier.SMALL)
    assert draft.get("size.multi_az") is False
    assert draft.get("size.min_tasks") == 1


def test_what_a_tier_does_not_allow_is_said_and_comes_back() -> None:
    draft = Draft(GOOD)
    draft.set("size.max_tasks", 1)
    assert draft.choose_tier(Tier.MEDIUM) == "max_tasks = 1 does not fit medium, which uses 4."
    assert draft.site().size.max_tasks == 4
    assert draft.choose_tier(Tier.LARGE).startswith("max_tasks = 1 does not fit large")
    assert draft.choose_tier(Tier.SMALL) == ""
    assert draft.site().size.max_tasks == 1


def test_another_tier_decides_what_the_tier_of_a_deployed_site_had_decided() -> None:
    deployed = to_answers(loads(dumps(Draft(GOOD | {"size": {"waf": "off"}}).site())))
    draft = Draft(deployed)
    draft.choose_tier(Tier.LARGE)
    assert draft.site() == from_answers(
        GOOD | {"tier": "large", "size": {"waf": "off", "chargers": 10, "interval_seconds": 10}}
    )


def test_choosing_the_same_tier_keeps_typed_sizes() -> None:
    draft = Draft(GOOD)
    draft.set("size.chargers", "7")
    draft.choose_tier(Tier.SMALL)
    assert draft.text("size.chargers") == "7"


def test_a_problem_of_a_group_goes_to_the_field_that_it_names() -> None:
    draft = Draft(GOOD)
    draft.set("size.chargers", "1000")
    draft.set("size.interval_seconds", "1")
    found = draft.problems_in(("size.interval_seconds", "size.chargers"))
    assert list(found) == ["size.interval_seconds"]
    assert "1000 messages a second" in found["size.interval_seconds"].what


def test_prices_need_neither_name_nor_email_but_valid_sizes() -> None:
    draft = Draft()
    assert draft.site_for_prices(Tier.LARGE).tier is Tier.LARGE
    assert draft.get("tier") == "small"


def test_every_answer_of_every_step_is_reachable() -> None:
    asked = [field for step in STEPS for field in step.fields]
    assert len(asked) == len(set(asked))
    assert first_incomplete(Draft(GOOD)) is None
    assert first_incomplete(Draft()) is QUESTIONS[0]


def test_steps_know_their_place() -> None:
    assert position("domain") == "Step 3 of 9 · Domain"
    assert position("status") == "Step 9 of 9 · Status"
    assert neighbour("welcome", -1) == "welcome"
    assert neighbour("status", 1) == "status"


def test_a_saved_draft_comes_back_whole_and_private(tmp_path: Path) -> None:
    store = DraftStore(tmp_path / "drafts")
    draft = Draft(GOOD, "size")
    draft.set("size.chargers", "not a number [/]")
    assert store.save(draft)
    found = store.load("barn")
    assert found is not None
    assert (found.answers, found.step) == (draft.answers, "size")
    assert [saved.name for saved in store.all()] == ["barn"]
    assert (tmp_path / "drafts").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "drafts" / "barn.toml").stat().st_mode & 0o777 == 0o600


def test_unreadable_drafts_are_left_out(tmp_path: Path) -> None:
    store = DraftStore(tmp_path)
    (tmp_path / "broken.toml").write_text("= no toml")
    (tmp_path / "newer.toml").write_text("schema = 99\n[answers]\n")
    assert store.all() == ()
    assert store.load("missing") is None


@given(st.text(max_size=40))
def test_no_name_escapes_the_folder(name: str) -> None:
    folder = Path("/nonexistent/drafts")
    store = DraftStore(folder)
    draft = Draft({**GOOD, "name": name})
    if "/" in name or "." in name or not name.strip():
        assert store.save(draft) is False


@given(st.text(max_size=60), st.sampled_from([f for s in QUESTIONS for f in s.fields]))
def test_any_text_in_any_field_is_a_problem_or_an_answer(text: str, field: str) -> None:
    draft = Draft(GOOD)
    draft.set(field, text)
    for problem in draft.problems():
        assert problem.what
