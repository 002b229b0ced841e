"""Judging change sets as AWS describes them: no account is needed for that."""

import re
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.provisioning.change.judgement import changes_of
from solarrally_tui.provisioning.change.plan import Change, Doing, Weight
from solarrally_tui.provisioning.change.wording import RESOURCE_TYPES

BLUEPRINTS = Path(__file__).parents[2] / "blueprints"
DATABASE = "AWS::RDS::DBInstance"


def detail(name: str, recreation: str = "Never", **rest: Any) -> dict[str, Any]:
    target = {"Attribute": "Properties", "Name": name, "RequiresRecreation": recreation}
    values = {key: rest.pop(key) for key in ("BeforeValue", "AfterValue") if key in rest}
    return {
        "Target": target | values,
        "Evaluation": "Static",
        "ChangeSource": "DirectModification",
    } | rest


def modify(kind: str, replacement: str, *details: Any, name: str = "It", **more: Any) -> Any:
    return {
        "ResourceChange": {
            "Action": "Modify",
            "LogicalResourceId": name,
            "ResourceType": kind,
            "Replacement": replacement,
            "Details": list(details),
        }
        | more
    }


def only(*changes: Any) -> Change:
    return changes_of("data", {"Changes": list(changes)})[-1]


def test_a_replaced_database_loses_its_data() -> None:
    found = only(
        modify(DATABASE, "True", detail("DBName", "Always"), PolicyAction="ReplaceAndSnapshot")
    )
    assert (found.doing, found.effect.weight) == (Doing.REPLACE, Weight.DANGER)
    assert "its data would be lost unless restored from a snapshot" in found.effect.text
    assert "final snapshot" in found.effect.text


def test_a_larger_database_restarts() -> None:
    found = only(
        modify(
            DATABASE,
            "False",
            detail("DBInstanceClass", BeforeValue="db.t4g.micro", AfterValue="db.t4g.small"),
        )
    )
    assert (found.doing, found.effect.weight) == (Doing.CHANGE, Weight.PAUSE)
    assert found.effect.text == (
        "Restarts the database with another instance class. That takes a few minutes."
    )
    assert [(v.name, v.before, v.after) for v in found.values] == [
        ("DBInstanceClass", "db.t4g.micro", "db.t4g.small")
    ]


@pytest.mark.parametrize(
    ("name", "doing"),
    [
        ("MultiAZ", Doing.CHANGE),
        ("BackupRetentionPeriod", Doing.CHANGE),
        ("AvailabilityZone", Doing.MAYBE),
        ("DBSnapshotIdentifier", Doing.MAYBE),
    ],
)
def test_what_aws_calls_conditional_is_judged_by_its_property(name: str, doing: Doing) -> None:
    found = only(modify(DATABASE, "Conditional", detail(name, "Conditionally")))
    assert found.doing is doing
    assert found.dangerous is (doing is Doing.MAYBE)


def test_a_reference_endangers_only_when_what_it_names_is_replaced() -> None:
    refers = detail(
        "KmsKeyId",
        "Always",
        Evaluation="Dynamic",
        ChangeSource="ResourceAttribute",
        CausingEntity="Key.Arn",
    )
    database = modify(DATABASE, "Conditional", refers, name="Database")
    kept = modify("AWS::KMS::Key", "False", detail("Description"), name="Key")
    gone = modify("AWS::KMS::Key", "True", detail("KeySpec", "Always"), name="Key")
    assert only(kept, database).doing is Doing.CHANGE
    assert only(kept, database).because == ("Key",)
    assert only(gone, database).dangerous


def test_a_conditional_replacement_without_details_stays_in_doubt() -> None:
    assert only(modify(DATABASE, "Conditional")).dangerous


def test_what_cloudformation_cannot_tell_is_in_doubt_too() -> None:
    assert only(modify(DATABASE, "Conditional", Action="Dynamic")).dangerous


@pytest.mark.parametrize(
    "kind",
    [
        DATABASE,
        "AWS::S3::Bucket",
        "AWS::KMS::Key",
        "AWS::SecretsManager::Secret",
        "AWS::Logs::LogGroup",
        "AWS::EC2::VPC",
        "AWS::Backup::BackupVault",
        "AWS::IoT::ThingGroup",
    ],
)
def test_removing_what_holds_data_is_dangerous_unless_it_stays(kind: str) -> None:
    body = {"Action": "Remove", "LogicalResourceId": "It", "ResourceType": kind}
    removed = only({"ResourceChange": body | {"PolicyAction": "Delete"}})
    assert removed.dangerous
    kept = only({"ResourceChange": body | {"PolicyAction": "Retain"}})
    assert (kept.doing, kept.dangerous) == (Doing.LEAVE, False)


@pytest.mark.parametrize("name", ["HubSecret", "OriginSecret"])
def test_a_secret_that_can_be_created_again_is_no_loss(name: str) -> None:
    body = {
        "Action": "Remove",
        "LogicalResourceId": name,
        "ResourceType": "AWS::SecretsManager::Secret",
    }
    assert not only({"ResourceChange": body}).dangerous


def test_tasks_are_replaced_one_after_the_other() -> None:
    found = only(modify("AWS::ECS::TaskDefinition", "True", detail("Cpu", "Always")))
    assert (found.doing, found.effect.weight) == (Doing.REPLACE, Weight.QUIET)
    assert found.effect.text == "Replaces the tasks one after the other, without interruption."


def test_an_unknown_type_is_called_unknown_and_never_harmless() -> None:
    found = only(modify("AWS::New::Thing", "True", detail("Name", "Always")))
    assert found.dangerous
    assert "does not know whether it holds data" in found.effect.text
    changed = only(modify("AWS::New::Thing", "False", detail("Name")))
    assert not changed.dangerous


def test_values_of_secrets_and_long_ones_are_not_kept() -> None:
    response = detail("SecretString", BeforeValue="old", AfterValue="new")
    found = only(modify("AWS::SecretsManager::Secret", "False", response))
    assert [(v.before, v.after) for v in found.values] == [("", "")]
    long = detail("Description", BeforeValue="x" * 500, AfterValue="y")
    assert only(modify(DATABASE, "False", long)).values[0].before == ""


def test_every_type_of_the_blueprints_has_words() -> None:
    kinds: set[str] = set()
    declared = re.compile(r"^    Type: (AWS::\w+::\w+)\s*$", re.MULTILINE)
    for template in BLUEPRINTS.glob("*/template.yaml"):
        kinds |= set(declared.findall(template.read_text()))
    assert len(kinds) > 50
    assert kinds - RESOURCE_TYPES.keys() == set()


def test_losing_what_holds_data_is_a_danger_in_the_table_too() -> None:
    for type_ in RESOURCE_TYPES.values():
        weights = {effect.weight for effect in (type_.replaced, type_.removed) if effect}
        assert weights == {Weight.DANGER} if type_.holds else Weight.DANGER not in weights


def test_every_sentence_can_be_filled_in() -> None:
    for kind in RESOURCE_TYPES:
        for replacement in ("True", "False", "Conditional"):
            text = only(modify(kind, replacement, detail("Any", "Always"), name="Name")).effect.text
            assert "{" not in text
            assert text[0].isalpha()
            assert text.endswith(".")
