"""Every name of the emulator that the runtime leans on beyond its AWS interface.

MiniStack is pinned exactly; these names are private, so their absence after an update is
reported at import, by name, and not by something strange later.
"""

from collections.abc import Iterator
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import acm, alb, cloudfront, ecr, ecs, rds, route53, s3, secretsmanager
from ministack.services import cloudfront_keyvaluestore as keyvaluestore
from ministack.services.cloudformation import provisioners

from solarrally_tui.simulator.pins import private

__all__ = [
    "Record",
    "acm",
    "alb",
    "cloudfront",
    "ecr",
    "ecs",
    "keyvaluestore",
    "provisioners",
    "rds",
    "request_scope",
    "route53",
    "s3",
    "scoped",
    "secretsmanager",
]

Record = dict[str, Any]

_NEEDED: dict[Any, tuple[str, ...]] = {
    ecs: (
        "_awslogs_config",
        "_cleanup_task_resources",
        "_docker",
        "_emit_awslogs_event",
        "_ensure_awslogs_stream",
        "_make_deployment",
        "_mark_task_activating",
        "_mark_task_pending",
        "_mark_task_running",
        "_mark_task_stopped",
        "_resolve_container_secrets",
        "_services",
        "_start_task_worker",
        "_task_defs",
        "_tasks",
        "_update_service",
        "_SecretResolutionError",
    ),
    alb: (
        "_ACTION_MAP",
        "_execute_action",
        "_lbs",
        "_listeners",
        "_match_condition",
        "_parse_targets_param",
        "_rule_sort_key",
        "_rules",
        "_targets",
        "_tgs",
        "_xml",
    ),
    acm: ("_certificates",),
    cloudfront: (
        "_distributions",
        "_functions",
        "_get_distribution_aliases",
        "_vpc_origins",
        "handle_request",
    ),
    keyvaluestore: ("_stores",),
    ecr: ("_images", "_repositories"),
    provisioners: ("_RESOURCE_HANDLERS", "_normalize_container_defs", "_pascal_to_camel"),
    rds: ("_instances",),
    route53: ("_records",),
    s3: ("_bucket_policies", "handle_request"),
    secretsmanager: ("resolve_secret_string",),
}

for _module, _names in _NEEDED.items():
    for _name in _names:
        private(_module, _name)


def scoped(store: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Everything in a store of the emulator: ((account, [region,] key), record)."""
    yield from list(store.to_dict().items())
