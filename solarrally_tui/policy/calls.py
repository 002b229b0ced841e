"""The boto3 operations that the engine calls, and the IAM action that each one needs.

A test compares these tables with the source, and names what is missing.
"""

from collections.abc import Mapping
from typing import Final

Calls = Mapping[str, str]
"""Operations by boto3's name of their service, separated by blanks."""

ENGINE: Final[Calls] = {
    "account": "get_region_opt_status",
    "acm": "add_tags_to_certificate delete_certificate describe_certificate list_certificates "
    "list_tags_for_certificate request_certificate",
    "application-autoscaling": "describe_scaling_activities",
    "backup": "delete_backup_vault delete_recovery_point describe_region_settings "
    "list_backup_vaults "
    "list_recovery_points_by_backup_vault",
    "budgets": "describe_budget",
    "ce": "create_anomaly_monitor create_anomaly_subscription delete_anomaly_monitor "
    "delete_anomaly_subscription get_anomaly_monitors get_anomaly_subscriptions "
    "get_cost_and_usage list_cost_allocation_tags update_anomaly_subscription",
    "cloudformation": "cancel_update_stack continue_update_rollback create_change_set "
    "delete_change_set delete_stack describe_change_set describe_events "
    "describe_stack_events describe_stacks execute_change_set get_template list_change_sets "
    "list_stack_resources list_stacks rollback_stack",
    "cloudfront": "create_invalidation delete_vpc_origin get_distribution get_invalidation "
    "get_vpc_origin list_distributions list_tags_for_resource list_vpc_origins",
    "cloudfront-keyvaluestore": "describe_key_value_store get_key put_key",
    "cloudtrail": "describe_trails get_event_selectors get_trail_status lookup_events",
    "cloudwatch": "describe_alarms get_metric_data get_metric_statistics list_metrics",
    "codebuild": "batch_get_builds list_builds_for_project start_build",
    "ec2": "delete_security_group describe_addresses describe_availability_zones "
    "describe_managed_prefix_lists describe_security_groups describe_vpcs",
    "ecr": "batch_get_image describe_images get_download_url_for_layer",
    "ecs": "describe_services describe_task_definition describe_tasks list_tasks run_task "
    "update_service",
    "elbv2": "describe_target_health modify_load_balancer_attributes",
    "freetier": "get_account_plan_state",
    "iam": "attach_role_policy create_open_id_connect_provider create_policy "
    "create_policy_version create_role create_service_linked_role "
    "delete_open_id_connect_provider delete_policy delete_policy_version delete_role "
    "delete_role_permissions_boundary delete_role_policy detach_role_policy get_policy "
    "get_policy_version get_role get_role_policy list_attached_role_policies "
    "list_open_id_connect_providers "
    "list_policy_versions put_role_permissions_boundary put_role_policy "
    "simulate_principal_policy update_assume_role_policy",
    "iot": "add_thing_to_thing_group attach_policy attach_thing_principal cancel_job "
    "create_certificate_from_csr create_domain_configuration create_job create_policy "
    "create_thing create_thing_group delete_certificate delete_domain_configuration delete_job "
    "delete_policy delete_thing delete_thing_group describe_certificate "
    "describe_domain_configuration describe_endpoint describe_job "
    "describe_thing describe_thing_group detach_policy detach_thing_principal "
    "get_buckets_aggregation get_indexing_configuration get_policy get_statistics "
    "get_thing_connectivity_data get_v2_logging_options list_attached_policies "
    "list_certificates list_job_executions_for_job list_jobs list_principal_things "
    "list_targets_for_policy list_thing_groups list_thing_principals list_things "
    "list_things_in_thing_group register_certificate_without_ca search_index "
    "set_v2_logging_options update_certificate update_domain_configuration "
    "update_indexing_configuration update_thing",
    "iot-data": "delete_connection delete_thing_shadow get_thing_shadow "
    "list_named_shadows_for_thing update_thing_shadow",
    "lambda": "get_event_source_mapping get_function_configuration",
    "logs": "delete_log_group describe_log_groups describe_log_streams filter_log_events "
    "get_log_events put_retention_policy",
    "organizations": "describe_organization",
    "pricing": "get_products",
    "rds": "create_db_snapshot describe_db_log_files download_db_log_file_portion "
    "delete_db_instance delete_db_instance_automated_backup delete_db_snapshot "
    "describe_db_engine_versions describe_db_instance_automated_backups "
    "describe_db_instances describe_db_major_engine_versions describe_db_snapshots "
    "describe_events "
    "describe_orderable_db_instance_options describe_source_regions modify_db_instance "
    "restore_db_instance_from_db_snapshot restore_db_instance_to_point_in_time",
    "resourcegroupstaggingapi": "get_resources",
    "route53": "change_resource_record_sets change_tags_for_resource create_hosted_zone "
    "get_hosted_zone list_hosted_zones list_resource_record_sets",
    "s3": "copy_object delete_bucket delete_bucket_policy delete_objects get_bucket_location "
    "get_bucket_policy get_bucket_tagging get_object head_object list_buckets "
    "list_object_versions list_objects_v2 put_object",
    "secretsmanager": "delete_secret describe_secret get_secret_value list_secret_version_ids "
    "list_secrets put_secret_value tag_resource update_secret_version_stage",
    "service-quotas": "get_aws_default_service_quota get_service_quota",
    "sns": "confirm_subscription get_subscription_attributes list_subscriptions_by_topic publish "
    "subscribe",
    "sqs": "get_queue_attributes",
    "ssm": "delete_parameter get_parameter get_parameters_by_path put_parameter",
    "sts": "get_caller_identity",
}
"""Calls that deploy, change, monitor and destroy a site and its chargers."""

REGISTRAR: Final[Calls] = {
    "route53domains": "check_domain_availability get_operation_detail list_operations "
    "list_prices register_domain",
}
"""Calls that buy a domain in the wizard. None of our policies allows them: an operator who deploys
need not be able to buy. AWS's AmazonRoute53DomainsFullAccess allows them."""

GITHUB: Final[Calls] = {"ecs": "register_task_definition"}
"""Calls beside ENGINE that GitHub Actions make with the role of the stack governance."""

ADMINISTRATOR: Final[Calls] = {"iam": "get_account_summary list_mfa_devices list_roles"}
"""Calls beside ENGINE that the wizard makes with an administrator's credentials: how safe the root
user is, and what the deployer role needs and must bound. The deploy policy does not allow them."""

SERVICE_ROLE: Final[Calls] = {
    "iam": "attach_role_policy create_policy create_policy_version create_role delete_policy "
    "delete_policy_version delete_role delete_role_permissions_boundary detach_role_policy "
    "get_policy get_policy_version get_role list_attached_role_policies list_policy_versions "
    "put_role_permissions_boundary update_assume_role_policy",
}
"""Calls of ENGINE that create, correct and delete CloudFormation's service role."""

LOG_ROLE: Final[Calls] = {
    "iam": "create_role delete_role delete_role_policy get_role get_role_policy put_role_policy"
}
"""Calls of ENGINE about the role with which AWS IoT writes its log."""

SUPPORT: Final[Calls] = {
    "acm": "describe_certificate list_certificates list_tags_for_certificate",
    "application-autoscaling": "describe_scaling_activities",
    "backup": "describe_region_settings list_recovery_points_by_backup_vault",
    "budgets": "describe_budget",
    "ce": "get_anomaly_subscriptions get_cost_and_usage",
    "cloudformation": "describe_events describe_stack_events describe_stacks list_change_sets "
    "list_stack_resources list_stacks",
    "cloudfront": "get_distribution",
    "cloudtrail": "get_trail_status lookup_events",
    "cloudwatch": "describe_alarms get_metric_data",
    "codebuild": "batch_get_builds list_builds_for_project",
    "ec2": "describe_security_groups describe_vpcs",
    "ecr": "describe_images",
    "ecs": "describe_services describe_task_definition describe_tasks list_tasks",
    "elbv2": "describe_target_health",
    "iam": "get_role",
    "iot": "describe_certificate describe_endpoint get_buckets_aggregation "
    "get_indexing_configuration get_statistics get_v2_logging_options list_certificates "
    "list_targets_for_policy list_thing_principals list_things_in_thing_group search_index",
    "iot-data": "get_thing_shadow",
    "lambda": "get_event_source_mapping get_function_configuration",
    "logs": "describe_log_groups describe_log_streams filter_log_events get_log_events",
    "rds": "describe_db_log_files download_db_log_file_portion "
    "describe_db_engine_versions describe_db_instances describe_db_major_engine_versions "
    "describe_events",
    "s3": "get_bucket_location get_bucket_policy",
    "secretsmanager": "describe_secret list_secret_version_ids",
    "service-quotas": "get_service_quota",
    "sns": "list_subscriptions_by_topic",
    "sqs": "get_queue_attributes",
    "ssm": "get_parameter get_parameters_by_path",
    "sts": "get_caller_identity",
}
"""Calls of `solarrally status`, `maintain` and the diagnosis. They only read."""

REVEALING: Final[Calls] = {"cloudfront": "get_distribution"}
"""Calls of SUPPORT that the support policy does not allow. Their response, like that of every call
that returns whether a distribution is enabled, contains the secret header by which a public load
balancer recognizes CloudFront."""

SERVICE_PREFIXES: Final[Mapping[str, str]] = {
    "elbv2": "elasticloadbalancing",
    "iot-data": "iot",
    "resourcegroupstaggingapi": "tag",
    "service-quotas": "servicequotas",
}
"""IAM's prefix of a service, where it differs from boto3's name."""

_NAMED_OTHERWISE: Final[Mapping[str, tuple[str, ...]]] = {
    # What a budget says comes from Billing (Service Authorization Reference, dependent actions).
    "budgets describe_budget": ("budgets:ViewBudget", "billing:GetBillingViewData"),
    # Tags of a stack need their own permission.
    "cloudformation create_change_set": (
        "cloudformation:CreateChangeSet",
        "cloudformation:TagResource",
        "cloudformation:UntagResource",
    ),
    "iam create_policy": ("iam:CreatePolicy", "iam:TagPolicy"),
    "iam create_role": ("iam:CreateRole", "iam:TagRole"),
    "rds create_db_snapshot": ("rds:CreateDBSnapshot", "rds:AddTagsToResource"),
    # A final snapshot, which takes the tags of the database.
    "rds delete_db_instance": (
        "rds:DeleteDBInstance",
        "rds:CreateDBSnapshot",
        "rds:AddTagsToResource",
    ),
    "rds restore_db_instance_from_db_snapshot": (
        "rds:RestoreDBInstanceFromDBSnapshot",
        "rds:AddTagsToResource",
    ),
    "rds restore_db_instance_to_point_in_time": (
        "rds:RestoreDBInstanceToPointInTime",
        "rds:AddTagsToResource",
    ),
    "s3 copy_object": ("s3:GetObject", "s3:PutObject"),
    "s3 delete_objects": ("s3:DeleteObject", "s3:DeleteObjectVersion"),
    # Without ListBucket, S3 answers 403 for an object that does not exist.
    "s3 head_object": ("s3:GetObject", "s3:ListBucket"),
    "s3 list_buckets": ("s3:ListAllMyBuckets",),
    "s3 list_objects_v2": ("s3:ListBucket",),
    "s3 list_object_versions": ("s3:ListBucketVersions",),
    "ssm put_parameter": ("ssm:PutParameter", "ssm:AddTagsToResource"),
}


def pairs(calls: Calls) -> frozenset[tuple[str, str]]:
    """Return calls as pairs of service and operation."""
    return frozenset(
        (service, operation)
        for service, operations in calls.items()
        for operation in operations.split()
    )


def actions_of(service: str, operation: str) -> tuple[str, ...]:
    """Return the IAM actions that a boto3 operation needs, not yet in IAM's spelling."""
    known = _NAMED_OTHERWISE.get(f"{service} {operation}")
    prefix = SERVICE_PREFIXES.get(service, service)
    return known or (f"{prefix}:{operation.replace('_', '')}",)
