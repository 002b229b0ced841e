"""A thin slice of the torture, on a site that stands: see `make torture` and ledger.json."""

import json
from pathlib import Path

import pytest

from solarrally_tui.aws.door import Door, is_reading
from solarrally_tui.deployed.moving_in import imported_dump
from solarrally_tui.policy import calls
from tests.provisioning.engine_setup import StandingSite
from tests.torture import life
from tests.torture.account_dump import difference, dump
from tests.torture.disturbance import ERRORS, KILL, LOST, MODES, NOTHING, SAMPLED, Disturbance
from tests.torture.unusual import FURTHER

_SLICE = [("rotate", LOST), ("users", KILL), ("import", KILL)]
_SOME = {
    "rotate": {"secretsmanager", "ecs"},
    "users": {"secretsmanager"},
    "import": {"s3", "ecs"},
}


@pytest.mark.parametrize(("operation", "mode"), _SLICE)
async def test_a_disturbed_run_ends_as_an_undisturbed_one(
    standing: StandingSite,
    owner: Door,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
    mode: str,
) -> None:
    monkeypatch.setattr(life, "NAME", standing.site.name)
    # An import leaves the note of when it was, which another one writes again.
    await imported_dump.write(
        owner, standing.outcome.outputs["bootstrap"]["ArtifactBucketName"], ()
    )
    before = await dump(owner)
    some = _SOME[operation]
    disturbance = Disturbance(mode, lambda point: point.call.partition(".")[0] in some)
    made = await life.chapter(operation, owner, disturbance, tmp_path)
    assert disturbance.hit
    assert difference(before, made.after) == []
    assert made.runs == (len(disturbance.hit) + 1 if mode == KILL else 1)


def test_every_way_to_disturb_is_an_error_that_is_told_apart() -> None:
    assert set(ERRORS) == {"throttled", "status-500", "timeout", "reset", "expired"}


ONCE = {
    "ce create_anomaly_monitor": "looked for in the account's monitors",
    "ce create_anomaly_subscription": "looked for by its name",
    "backup delete_backup_vault": "looked for in the list",
    "iam create_policy_version": "looked for by the document in force",
    "iot create_certificate_from_csr": "looked for by its key",
    "rds create_db_snapshot": "looked for by its name",
    "rds delete_db_instance": "looked for by its status",
    "rds restore_db_instance_from_db_snapshot": "looked for by the new database's name",
    "rds restore_db_instance_to_point_in_time": "looked for by the new database's name",
    "s3 put_object": "looked for by its key, a hash of the content; a dump is deleted anyway",
    "secretsmanager update_secret_version_stage": "looked for by the label",
}
"""Writing calls that AWS would do twice, or refuse the second time: Door.once, and how it looks."""

REPEATED = {
    "acm add_tags_to_certificate": "sets a value",
    "acm delete_certificate": "gone is gone",
    "acm request_certificate": "idempotency token",
    "backup delete_recovery_point": "gone is gone",
    "ce delete_anomaly_monitor": "gone is gone",
    "ce delete_anomaly_subscription": "gone is gone",
    "ce update_anomaly_subscription": "sets a value",
    "cloudformation cancel_update_stack": "client request token",
    "cloudformation continue_update_rollback": "client request token",
    "cloudformation create_change_set": "named after what it does; an existing one is found",
    "cloudformation delete_change_set": "gone is gone",
    "cloudformation delete_stack": "client request token",
    "cloudformation execute_change_set": "client request token",
    "cloudformation rollback_stack": "client request token",
    "cloudfront create_invalidation": "caller reference",
    "cloudfront delete_vpc_origin": "gone is gone",
    "cloudfront-keyvaluestore put_key": "entity tag; a conflict is looked at again",
    "codebuild start_build": "idempotency token",
    "ec2 delete_security_group": "gone is gone",
    "ecs run_task": "client token of botocore",
    "ecs update_service": "another roll-out of the same",
    "elbv2 modify_load_balancer_attributes": "sets a value",
    "iot-data delete_connection": "gone is gone",
    "iot-data delete_thing_shadow": "gone is gone",
    "iot-data update_thing_shadow": "sets a value",
    "logs put_retention_policy": "sets a value",
    "rds modify_db_instance": "sets a value",
    "s3 copy_object": "the same copy again",
    "sns confirm_subscription": "with the same token, the same subscription",
    "sns publish": "a test message, at worst twice",
    "sns subscribe": "one subscription for an address; another e-mail",
    "ssm put_parameter": "sets a value, or says that it exists",
}
"""Writing calls that may be repeated after a lost answer, and why."""

_NAMES = (
    "iam ",
    "iot ",
    "s3 delete_",
    "logs delete_",
    "rds create_",
    "rds delete_",
    "route53 ",
    "ssm delete_",
)
"""Named things: created again they exist, deleted again they are gone, attached again they are."""


def test_it_is_decided_of_every_writing_call_what_a_lost_answer_means() -> None:
    writing = {
        f"{service} {operation}"
        for service, operation in calls.pairs(calls.ENGINE)
        if not is_reading(operation)
    }
    decided = ONCE.keys() | REPEATED.keys()
    named = {call for call in writing if call.startswith(_NAMES)}
    secrets = {call for call in writing if call.startswith("secretsmanager ")}
    assert secrets <= decided | {
        "secretsmanager put_secret_value",  # client request token
        "secretsmanager delete_secret",  # gone is gone
        "secretsmanager tag_resource",  # sets a value
    }
    assert writing - named - secrets - decided == set()
    assert decided - writing == set()


LEDGER = json.loads(Path(life.__file__).with_name("ledger.json").read_text("utf-8"))
PARTS = life.OPERATIONS | FURTHER

OF_NO_RUN = {
    "acm add_tags_to_certificate": "recover --prepare with a host for chargers",
    "acm request_certificate": "recover --prepare with a host for chargers",
    "iot cancel_job": "solarrally chargers job",
    "iot create_domain_configuration": "recover --prepare with a host for chargers",
    "iot create_job": "solarrally chargers job",
    "iot create_policy": "solarrally chargers migrate begin",
    "iot create_thing_group": "solarrally chargers add, with types",
    # The lives have no charger with a type and no job, so destroy finds none of these.
    "iot delete_domain_configuration": "recover, and destroy where a host is prepared",
    "iot delete_job": "destroy where jobs are left",
    "iot delete_policy": "solarrally chargers migrate end, and destroy where a move is left",
    "iot delete_thing_group": "destroy where chargers have types",
    "iot register_certificate_without_ca": "recover --prepare, and chargers add after it",
    "iot update_domain_configuration": "recover, and destroy where a host is prepared",
    "iot-data delete_connection": "solarrally chargers revoke",
    "iot-data delete_thing_shadow": "solarrally chargers remove",
    "iot-data update_thing_shadow": "solarrally chargers set",
    "rds create_db_snapshot": "solarrally drill --keep, and maintain --do postgres-minor",
    "rds restore_db_instance_from_db_snapshot": "solarrally drill --snapshot",
    "rds restore_db_instance_to_point_in_time": "solarrally drill",
    "route53 change_resource_record_sets": "deploy, recover and destroy with a host for chargers",
    "route53 change_tags_for_resource": "the wizard, after it has created a hosted zone",
    "route53 create_hosted_zone": "the wizard, where somebody asks for a hosted zone",
    "sns confirm_subscription": "solarrally alerts confirm",
    "sns publish": "the wizard's test message, and solarrally alerts test",
}
"""Writing calls of the engine that no life has, because they are of no run, or of one that needs
more than a life creates."""


def test_no_writing_call_is_missing_from_the_ledger() -> None:
    writing = {pair for pair in calls.pairs(calls.ENGINE) if not is_reading(pair[1])}
    lived = {
        tuple(point.split()[1].split("."))
        for each in LEDGER["calls"].values()
        for point in each["writes"]
    }
    left = {tuple(call.split()) for call in OF_NO_RUN}
    assert writing - lived - left == set(), "put it into a life of tests/torture/unusual.py"
    assert left <= writing - lived


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != NOTHING])
def test_the_ledger_says_that_everything_ran_and_ended_as_undisturbed(mode: str) -> None:
    entry = LEDGER[mode]
    assert LEDGER["not run"] == []
    assert "failed" not in entry
    assert set(LEDGER["calls"]) == set(PARTS)
    for operation in PARTS:
        ran = entry[operation]
        assert (ran["not disturbed"], ran["account"]) == ([], "as undisturbed"), operation
        assert ran["disturbed"] or (mode == KILL and operation in FURTHER)
    assert (mode == SAMPLED) is ("seed" in entry)
