"""Drift-aware change sets: they create again what was deleted outside CloudFormation.

DeploymentMode=REVERT_DRIFT (API reference, CreateChangeSet; AWS, What's New of November 2025,
drift-aware change sets: "recreate resources deleted outside of IaC"). MiniStack ignores the mode.
Settings that were changed outside are not reverted here; on AWS they are.
"""

from collections.abc import Callable
from typing import Any, Final

from ministack.services import cloudformation, ec2, ecs, rds, s3, secretsmanager
from ministack.services.cloudformation import changesets, drift, handlers

from solarrally_tui.simulator.pins import Record, private, replace_entry

_change_sets = private(cloudformation, "_change_sets")
_resolve_stack = private(handlers, "_resolve_stack")
_find_change_set: Callable[..., tuple[str, Record]] = private(changesets, "_find_change_set")
_READERS = private(drift, "_DRIFT_READERS")
_bucket_policies = private(s3, "_bucket_policies")
_databases = private(rds, "_instances")
_groups = private(ec2, "_security_groups")
_services = private(ecs, "_services")
_secrets = private(secretsmanager, "_secrets")

Parameters = dict[str, list[str]]
Handler = Callable[[Parameters], Any]

_MODE: Final = "REVERT_DRIFT"
_GONE: Final = "_deleted_outside"
"""Our own mark on a change set: the logical ids of what does not exist any more."""


def install() -> None:
    """Put this around creating and executing change sets. Call once."""
    replace_entry(handlers, "_ACTION_HANDLERS", "CreateChangeSet", _creating)
    replace_entry(handlers, "_ACTION_HANDLERS", "ExecuteChangeSet", _executing)


def _creating(create: Handler) -> Handler:
    def created(parameters: Parameters) -> Any:
        stack = _resolve_stack(parameters["StackName"][0])
        if parameters.get("DeploymentMode") != [_MODE] or not stack:
            return create(parameters)
        gone = _deleted_outside(stack)
        template, before = stack["_template"], set(_change_sets)
        stack["_template"] = _without(template, gone)
        try:
            return create(parameters)
        finally:
            stack["_template"] = template
            for identifier in set(_change_sets) - before:
                _change_sets[identifier][_GONE] = gone

    return created


def _executing(execute: Handler) -> Handler:
    def executed(parameters: Parameters) -> Any:
        _, change_set = _find_change_set(
            parameters["ChangeSetName"][0], parameters.get("StackName", [""])[0]
        )
        if change_set and (gone := change_set.get(_GONE)):
            stack = _resolve_stack(change_set["StackName"])
            stack["_template"] = _without(stack["_template"], gone)
            for logical_id in gone:
                stack["_resources"].pop(logical_id, None)
        return execute(parameters)

    return executed


def _without(template: Record, gone: list[str]) -> Record:
    kept = {name: body for name, body in template["Resources"].items() if name not in gone}
    return {**template, "Resources": kept}


def _deleted_outside(stack: Record) -> list[str]:
    return [name for name, resource in stack["_resources"].items() if _is_gone(resource)]


def _is_gone(resource: Record) -> bool:
    kind, identifier = resource["ResourceType"], resource.get("PhysicalResourceId", "")
    match kind:
        case "AWS::RDS::DBInstance":
            return identifier not in _databases
        case "AWS::S3::BucketPolicy":
            return identifier not in _bucket_policies
        case "AWS::EC2::SecurityGroup":
            return identifier not in _groups
        case "AWS::ECS::Service":
            services = [s for s in _services.values() if s["serviceArn"] == identifier]
            return not any(service["status"] != "INACTIVE" for service in services)
        case "AWS::SecretsManager::Secret":
            # Nobody can read one that waits for its deletion.
            secrets = [s for s in _secrets.values() if s["ARN"] == identifier]
            return not any(not secret.get("DeletedDate") for secret in secrets)
    if kind not in _READERS:
        return False
    return _READERS[kind][0](identifier, resource.get("Properties", {})) is None
