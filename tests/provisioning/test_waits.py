"""Which step a call counts to that waits for AWS."""

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Kind
from solarrally_tui.aws.patience import Say
from solarrally_tui.provisioning.engine.events import Event, State
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.waits import patient


class Listening:
    """A door that only notes how a run wants to be told."""

    def patient(self, say: Say) -> Door:
        self.say = say
        return self  # type: ignore[return-value] the door itself is not asked


@pytest.mark.parametrize(
    ("account", "told"),
    [(None, ["account"]), (State.RUNNING, ["account"]), (State.UNCHANGED, ["bootstrap"])],
)
def test_a_call_of_no_step_counts_to_one_that_has_not_ended(
    account: State | None, told: list[str]
) -> None:
    events, door = list[Event](), Listening()
    narrator = Narrator("site", events.append)
    patient(door, narrator, "account")  # type: ignore[arg-type]
    narrator.step("bootstrap", State.WAITING if account is None else State.RUNNING)
    if account:
        narrator.step("account", account)
    events.clear()
    door.say(Kind.THROTTLED, "AWS limits the rate of calls.")
    door.say(None, "AWS answers again.")
    assert [event.step for event in events] == told * 2


def test_after_the_last_step_no_step_begins_again() -> None:
    events, door = list[Event](), Listening()
    narrator = Narrator("site", events.append)
    patient(door, narrator, "account")  # type: ignore[arg-type]
    narrator.step("account", State.DONE)
    events.clear()
    door.say(None, "AWS answers again.")
    assert events == []
