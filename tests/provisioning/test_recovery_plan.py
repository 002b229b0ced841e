"""What a recovery would make of a lost site, and what it refuses. Scripted answers of AWS."""

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.provisioning.deployment.database import check_backup
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.provisioning.operations.recovery import next_name, plan, recovered
from solarrally_tui.site.model import Size
from tests.provisioning.engine_setup import site_named

ARN = "arn:aws:rds:eu-central-1:123456789012:auto-backup:ab-1"
BACKUP: dict[str, Any] = {
    "DBInstanceAutomatedBackupsArn": ARN,
    "DBInstanceIdentifier": "solarrally-barn-data-database-abc",
    "Region": "eu-west-1",
    "Engine": "postgres",
    "EngineVersion": "16.4",
    "MasterUsername": "solarrally",
    "AllocatedStorage": 20,
    "RestoreWindow": {
        "EarliestTime": datetime(2026, 11, 1, tzinfo=UTC),
        "LatestTime": datetime(2026, 11, 29, 14, 5, tzinfo=UTC),
    },
}
BARN = site_named(
    "barn",
    "eu-west-1",
    domain={"name": "charging.example.com"},
    network={"avoid_zones": ["euw1-az2"]},
    size={"database_snapshot": "older", "backup_copy_region": "eu-central-1"},
    devices={"fault_alarm": True},
)


class ScriptedDoor:
    """A Region with these copies of backups, and no record of a recovered site."""

    def __init__(self, region: str, *backups: dict[str, Any]) -> None:
        self.region, self._backups = region, list(backups)

    async def pages(self, *_call: str, **_given: Any) -> list[dict[str, Any]]:
        return self._backups

    async def find(self, *_call: str, **_given: Any) -> None:
        return None


def door(region: str, *backups: dict[str, Any]) -> Door:
    return cast("Door", ScriptedDoor(region, *backups))


async def test_the_latest_backups_of_the_site_are_taken() -> None:
    older = BACKUP | {
        "DBInstanceAutomatedBackupsArn": f"{ARN}0",
        "RestoreWindow": dict.fromkeys(
            ("EarliestTime", "LatestTime"), datetime(2026, 1, 1, tzinfo=UTC)
        ),
    }
    others = BACKUP | {"DBInstanceIdentifier": "solarrally-barn-2-data-database-abc"}
    chosen = await plan(BARN, door("eu-central-1", older, others, BACKUP))
    size = chosen.site.size
    assert (size.database_backup, size.database_restore_time) == (ARN, "2026-11-29T14:05:00Z")
    assert chosen.behind(datetime(2026, 11, 29, 14, 10, tzinfo=UTC)) == 300


def test_answers_that_are_a_regions_stay_behind() -> None:
    site = recovered(BARN, "barn-2", "eu-central-1", BACKUP, datetime(2026, 11, 29, tzinfo=UTC))
    assert (site.name, site.topic_name, site.region) == ("barn-2", "barn", "eu-central-1")
    assert not site.has_domain
    assert not site.network.avoid_zones
    assert (site.size.database_major, site.size.database_snapshot) == (16, "")
    assert site.devices.fault_alarm
    again = recovered(site, "barn-3", "eu-west-1", BACKUP, datetime(2026, 11, 29, tzinfo=UTC))
    assert again.topic_name == "barn"


@pytest.mark.parametrize(
    ("region", "name", "moment", "words"),
    [
        ("eu-west-1", "", None, "is in eu-west-1 itself"),
        ("eu-west-3", "", None, "Recover there: --in eu-central-1"),
        ("eu-central-1", "barn", None, "a name other than barn"),
        ("eu-central-1", "", datetime(2026, 11, 30, tzinfo=UTC), "cannot restore 2026-11-30"),
    ],
)
async def test_what_cannot_be_recovered_is_refused(
    region: str, name: str, moment: datetime | None, words: str
) -> None:
    backups = [BACKUP] if region == "eu-central-1" else []
    with pytest.raises(StepError) as refused:
        await plan(BARN, door(region, *backups), name, moment)
    assert words in str(refused.value.plain)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"Engine": "mysql"}, "is of mysql"),
        ({"EngineVersion": "17.2"}, "size.database_major to 17"),
        ({"MasterUsername": "admin"}, "is admin, not solarrally"),
        ({"RestoreWindow": {}}, "reports no time"),
    ],
)
def test_backups_that_do_not_fit_are_refused(changed: dict[str, Any], words: str) -> None:
    answers: Size = recovered(
        BARN, "barn-2", "eu-central-1", BACKUP, datetime(2026, 11, 29, tzinfo=UTC)
    ).size
    check_backup(answers, BACKUP)
    with pytest.raises(StepError) as refused:
        check_backup(answers, BACKUP | changed)
    assert words in str(refused.value.plain)


def test_a_name_counts_on() -> None:
    assert [next_name(name) for name in ("barn", "barn-2", "barn-b", "north-barn-9")] == [
        "barn-2",
        "barn-3",
        "barn-b-2",
        "north-barn-10",
    ]
