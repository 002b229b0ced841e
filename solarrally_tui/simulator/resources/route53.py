"""Route 53: health checks."""

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues, pick, resource

_CHANGEABLE = (
    "ResourcePath",
    "FullyQualifiedDomainName",
    "Port",
    "FailureThreshold",
    "SearchString",
    "Inverted",
    "EnableSNI",
)


def _create(logical_id: str, properties: Properties, stack: str) -> ReturnValues:
    created = api("route53").create_health_check(
        # A caller reference that was used once is refused, even after its check is deleted.
        CallerReference=f"{stack}-{logical_id}-{id(properties)}",
        HealthCheckConfig=properties["HealthCheckConfig"],
    )
    identifier = created["HealthCheck"]["Id"]
    if properties.get("HealthCheckTags"):
        api("route53").change_tags_for_resource(
            ResourceType="healthcheck", ResourceId=identifier, AddTags=properties["HealthCheckTags"]
        )
    return identifier, {"HealthCheckId": identifier}


def _update(identifier: str, _old: Properties, new: Properties, _stack: str) -> ReturnValues:
    configuration = pick(new["HealthCheckConfig"], *_CHANGEABLE)
    api("route53").update_health_check(HealthCheckId=identifier, **configuration)
    return identifier, {"HealthCheckId": identifier}


resource(
    "AWS::Route53::HealthCheck",
    create=_create,
    update=_update,
    delete=lambda identifier, _: api("route53").delete_health_check(HealthCheckId=identifier),
    tags="HealthCheckTags",
)
