"""What a database that exists, or a snapshot of one, decides. Pure."""

from typing import Any

import pytest

from solarrally_tui.provisioning.deployment.database import (
    check_snapshot,
    from_snapshot,
    kept_or_grown,
)
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.site.model import Size
from solarrally_tui.stacks.facts import Volume
from tests.provisioning.engine_setup import site_named


def size(**answers: Any) -> Size:
    return site_named("choice", size=answers).size


@pytest.mark.parametrize(
    ("wanted", "most", "declared", "allocated", "volume", "words"),
    [
        (20, 50, 20, 20, Volume(20, 50), []),
        (50, 200, 20, 20, Volume(50, 200), []),
        (20, 50, 50, 50, Volume(50, 50), ["keeps its 50 GiB", "does not grow automatically"]),
        # Storage autoscaling has enlarged it: what the stack declares stays.
        (20, 50, 20, 40, Volume(20, 50), []),
        (30, 50, 20, 40, Volume(20, 50), ["keeps its 40 GiB"]),
        (20, 42, 20, 40, Volume(20, 20), ["does not grow automatically"]),
        # RDS makes steps of 10 % at least.
        (51, 100, 50, 50, Volume(55, 100), ["gets 55 GiB of storage, not 51"]),
        (55, 100, 50, 50, Volume(55, 100), []),
    ],
)
def test_a_volume_never_shrinks(
    wanted: int, most: int, declared: int, allocated: int, volume: Volume, words: list[str]
) -> None:
    answers = size(database_storage_gib=wanted, database_max_storage_gib=most)
    chosen, warnings = kept_or_grown(answers, declared, allocated)
    assert chosen == volume
    assert [word in warning for word, warning in zip(words, warnings, strict=True)] == [True] * len(
        words
    )


def test_a_snapshot_gets_the_room_that_it_needs() -> None:
    answers = size(database_storage_gib=20, database_max_storage_gib=200)
    volume, (warning,) = from_snapshot(answers, 100)
    assert volume == Volume(100, 200)
    assert "gets 100 GiB of storage, as its snapshot needs, not 20" in warning
    assert from_snapshot(answers, 10) == (Volume(20, 200), ())


SNAPSHOT = {
    "Engine": "postgres",
    "EngineVersion": "17.11",
    "MasterUsername": "solarrally",
    "Status": "available",
}


@pytest.mark.parametrize(
    ("snapshot", "words"),
    [
        ({"Engine": "mysql"}, "is of mysql, not of PostgreSQL"),
        ({"EngineVersion": "16.3"}, "Set size.database_major to 16"),
        ({"MasterUsername": "admin"}, "is admin, not solarrally"),
        ({"Status": "creating"}, "it is creating"),
    ],
)
def test_a_snapshot_that_does_not_fit_is_refused(snapshot: dict[str, str], words: str) -> None:
    answers = size(database_snapshot="kept", database_major=17)
    check_snapshot(answers, SNAPSHOT)
    with pytest.raises(StepError) as refused:
        check_snapshot(answers, SNAPSHOT | snapshot)
    assert refused.value.exit_code is Exit.REFUSED
    assert words in str(refused.value.plain)
    assert "Nothing was changed" in refused.value.plain.what
