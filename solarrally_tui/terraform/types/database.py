"""RDS and AWS Backup."""

from collections.abc import Iterator
from typing import Any, Final

from solarrally_tui.terraform.bodies import Body, Flat, Into, conditional
from solarrally_tui.terraform.hcl import Block, Expression, Template
from solarrally_tui.terraform.names import snake
from solarrally_tui.terraform.scope import Scope, UnsupportedError
from solarrally_tui.terraform.types.model import Resource, Row

_REPLICATION: Final = "AutomaticBackupReplication"


def _password(scope: Scope, node: Any) -> Body:
    """Read the password out of its secret while Terraform runs; it is never in the state."""
    text = node["Fn::Sub"]
    name = text.partition("${")[2].partition("}")[0]
    if not text.endswith(":SecretString:password}}") or name not in scope.targets:
        raise UnsupportedError("a password that is not in a secret of the template")
    secret = snake(name)
    known = ("aws_secretsmanager_secret_version", secret)
    reads = {
        "secret_id": Expression(f"aws_secretsmanager_secret.{secret}.arn"),
        "depends_on": [Expression(f"aws_secretsmanager_secret_version.{secret}")],
    }
    scope.data[("ephemeral", *known)] = Block("ephemeral", known, reads)
    read = f"ephemeral.aws_secretsmanager_secret_version.{secret}.secret_string"
    return Body(
        {
            "password_wo": Expression(f"jsondecode({read}).password"),
            "password_wo_version": 1,
        }
    )


def _point_in_time(scope: Scope, node: Any) -> Body:
    """Create the database from backups, where the answers name some."""
    condition, backups, _ = node["Fn::If"]
    given = {
        "source_db_instance_automated_backups_arn": scope.value(backups),
        "restore_time": scope.value({"Ref": "RestoreTime"}),
    }
    when = (f"local.{snake(condition)}",)
    return Body({}, [conditional("restore_to_point_in_time", Body(given), when)])


def _parameters(scope: Scope, node: Any) -> Body:
    del scope
    return Body(
        {},
        [
            Block("parameter", (), {"name": name, "value": value, "apply_method": "immediate"})
            for name, value in node.items()
        ],
    )


def _copies(scope: Scope, resource: Resource) -> Iterator[Block]:
    region = resource.properties.get(f"{_REPLICATION}Region")
    if region is None:
        return
    condition = region["Fn::If"][0]
    given = {
        "retention_period": resource.properties[f"{_REPLICATION}RetentionPeriod"],
        "kms_key_id": resource.properties[f"{_REPLICATION}KmsKeyId"],
    }
    yield resource.block(
        "aws_db_instance_automated_backups_replication",
        {
            "region": scope.value(region["Fn::If"][1]),
            "source_db_instance_arn": resource.refers("aws_db_instance", "arn"),
            **{name: scope.value(node["Fn::If"][1]) for name, node in given.items()},
        },
        when=scope.condition(condition),
    )


def _final_snapshot(scope: Scope, resource: Resource) -> Body:
    del scope
    if resource.deletion != "Snapshot":
        return Body({"skip_final_snapshot": True})
    name = Template(("solarrally-", Expression("var.site_name"), "-final"))
    return Body({"skip_final_snapshot": False, "final_snapshot_identifier": name})


ROWS: Final = {
    "AWS::RDS::DBInstance": Row(
        "aws_db_instance",
        {
            "DBInstanceClass": "instance_class",
            "DBSnapshotIdentifier": "snapshot_identifier",
            "SourceDBInstanceAutomatedBackupsArn": _point_in_time,
            "RestoreTime": None,
            "MasterUsername": "username",
            "MasterUserPassword": _password,
            "DBParameterGroupName": "parameter_group_name",
            "VPCSecurityGroups": "vpc_security_group_ids",
            "CACertificateIdentifier": "ca_cert_identifier",
            "PreferredBackupWindow": "backup_window",
            "PreferredMaintenanceWindow": "maintenance_window",
            "EnableCloudwatchLogsExports": "enabled_cloudwatch_logs_exports",
            "EnablePerformanceInsights": "performance_insights_enabled",
            f"{_REPLICATION}Region": None,
            f"{_REPLICATION}RetentionPeriod": None,
            f"{_REPLICATION}KmsKeyId": None,
        },
        ref="identifier",
        attributes={"Endpoint.Address": "address", "Endpoint.Port": "port"},
        named="identifier",
        default_name="solarrally-{site}",
        derived=_final_snapshot,
        more=_copies,
        beside=("aws_db_instance_automated_backups_replication",),
        # RDS updates the minor version, a rotation changes the password, storage grows.
        ignored=("password_wo_version", "engine_version", "allocated_storage"),
    ),
    "AWS::RDS::DBParameterGroup": Row(
        "aws_db_parameter_group",
        {"Parameters": _parameters},
        ref="name",
        named="name",
        default_name="solarrally-{site}",
        lifecycle={"create_before_destroy": True},
    ),
    "AWS::RDS::DBSubnetGroup": Row(
        "aws_db_subnet_group",
        {"DBSubnetGroupDescription": "description"},
        ref="name",
        named="name",
        default_name="solarrally-{site}",
    ),
    "AWS::RDS::EventSubscription": Row(
        "aws_db_event_subscription",
        {"SnsTopicArn": "sns_topic"},
        named="name",
        default_name="solarrally-{site}",
    ),
    "AWS::Backup::BackupVault": Row(
        "aws_backup_vault",
        {"BackupVaultName": "name", "EncryptionKeyArn": "kms_key_arn"},
        ref="name",
    ),
    "AWS::Backup::BackupPlan": Row(
        "aws_backup_plan",
        {
            "BackupPlan": Flat(
                {
                    "BackupPlanName": "name",
                    "BackupPlanRule": Into(
                        "rule",
                        {
                            "TargetBackupVault": "target_vault_name",
                            "ScheduleExpression": "schedule",
                            "StartWindowMinutes": "start_window",
                            "CompletionWindowMinutes": "completion_window",
                            "Lifecycle": Into("lifecycle", {"DeleteAfterDays": "delete_after"}),
                        },
                    ),
                }
            )
        },
    ),
    "AWS::Backup::BackupSelection": Row(
        "aws_backup_selection",
        {
            "BackupPlanId": "plan_id",
            "BackupSelection": Flat(
                {
                    "SelectionName": "name",
                    "Conditions": Into(
                        "condition",
                        {
                            "StringEquals": Into(
                                "string_equals",
                                {"ConditionKey": "key", "ConditionValue": "value"},
                            )
                        },
                    ),
                }
            ),
        },
    ),
}
