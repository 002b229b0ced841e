"""Functions, their event sources and their APIs: what AWS refuses when they are made."""

from typing import Any, Final

from ministack.core.responses import get_account_id, get_region
from ministack.services import apigateway, apigateway_v1, ecr, lambda_svc, sqs

from solarrally_tui.simulator.functions import images, roles
from solarrally_tui.simulator.iam import judgement, principals
from solarrally_tui.simulator.iam.authorization import Authorization
from solarrally_tui.simulator.iam.needs import Need
from solarrally_tui.simulator.iam.resource_names import Place
from solarrally_tui.simulator.iam.service_sessions import DeniedError, NotAssumedError, RoleSession
from solarrally_tui.simulator.pins import private
from solarrally_tui.simulator.resources.registry import Properties, arn, handler_error
from solarrally_tui.simulator.services.quotas import applied
from solarrally_tui.simulator.stacks.refusals.rule import RefusalRule

_apis = private(apigateway, "_apis")
_account_settings = private(apigateway_v1, "_account_settings")
_repository_policy = private(ecr, "repository_policy_for_arn")
_functions = private(lambda_svc, "_functions")
_queues = private(sqs, "_queues")

_FUNCTION: Final = ("AWS::Lambda::Function",)
_SOURCE: Final = ("AWS::Lambda::EventSourceMapping",)
_PULL: Final = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
_POLICY: Final = ("ecr:GetRepositoryPolicy", "ecr:SetRepositoryPolicy")
_CONCURRENCY: Final = ("lambda", "L-B99A9384")
_SHARED: Final = 100
"""What of an account's concurrency no function may reserve."""
_TIMEOUT: Final = 3
_HIDDEN: Final = 30
"""Defaults in seconds: a function's time-out, and a queue's visibility time-out."""

# Judged here, and not put into the record of who asked for what: no caller makes these calls.
_AUTHORIZATION: Final = Authorization()


def _refusal(message: str, code: str = "InvalidRequest", status: int = 400) -> ValueError:
    return handler_error(message, code, service="Lambda", status=status)


def _role(properties: Properties, name: str) -> RoleSession:
    """Return Lambda at work with a function's role. Raises ValueError where it may not be."""
    config = {
        "FunctionArn": arn("lambda", f"function:{name}"),
        "FunctionName": name,
        "Role": properties["Role"],
    }
    try:
        return roles.session(_AUTHORIZATION, config)
    except NotAssumedError:
        message = "The role defined for the function cannot be assumed by Lambda."
        raise _refusal(message) from None


def _not_assumed(_kind: str, logical_id: str, properties: Properties) -> None:
    _role(properties, str(properties.get("FunctionName", logical_id)))


def _no_network(_kind: str, logical_id: str, properties: Properties) -> None:
    if not (properties.get("VpcConfig") or {}).get("SubnetIds"):
        return
    role = _role(properties, str(properties.get("FunctionName", logical_id)))
    # Only looking is allowed for everything or nothing (Lambda guide, "Required IAM permissions").
    interfaces = arn("ec2", "network-interface/*")
    asked = {
        "CreateNetworkInterface": interfaces,
        "DescribeNetworkInterfaces": "*",
        "DeleteNetworkInterface": interfaces,
    }
    for name, resource in asked.items():
        try:
            role.on(resource, [f"ec2:{name}"])
        except DeniedError:
            message = f"The provided execution role does not have permissions to call {name} on EC2"
            raise _refusal(message) from None


def _image_missing(_kind: str, _logical_id: str, properties: Properties) -> None:
    uri = str((properties.get("Code") or {}).get("ImageUri") or "")
    if uri and images.image(uri) is None:
        raise _refusal(f"Source image {uri} does not exist. Provide a valid source image.")


def _image_denied(_kind: str, logical_id: str, properties: Properties) -> None:
    """Lambda itself pulls, by the repository's policy, which it writes for who may write it."""
    uri = str((properties.get("Code") or {}).get("ImageUri") or "")
    if not uri:
        return
    name = uri.partition("/")[2].partition("@")[0].partition(":")[0]
    repository = arn("ecr", f"repository/{name}")
    function = arn("lambda", f"function:{properties.get('FunctionName', logical_id)}")
    found = _repository_policy(repository)
    context: dict[str, Any] = {"aws:sourcearn": function, "aws:sourceaccount": get_account_id()}
    policy = found[0] if found else ""
    pulls = bool(policy) and all(
        judgement.judge(
            roles.SERVICE,
            judgement.Policies(),
            judgement.Request(action, repository, context),
            policy,
        ).allowed
        for action in _PULL
    )
    caller = principals.calling()
    place = Place(get_account_id(), get_region())
    wanted = [Need(action, repository) for action in _POLICY]
    if pulls or caller is None or not _AUTHORIZATION.denial(caller, wanted, place):
        return
    message = "Lambda does not have permission to access the ECR image. Check the ECR permissions."
    raise _refusal(message, "AccessDenied", 403)


def _reserved(_kind: str, _logical_id: str, properties: Properties) -> None:
    wanted = int(properties.get("ReservedConcurrentExecutions") or 0)
    name = properties.get("FunctionName")
    others = [int(f["concurrency"] or 0) for key, f in _functions.items() if key != name]
    allowed = int(applied(*_CONCURRENCY))
    shared = min(_SHARED, allowed)
    if wanted and allowed - sum(others) - wanted < shared:
        raise _refusal(
            "Specified ReservedConcurrentExecutions for function decreases account's "
            f"UnreservedConcurrentExecution below its minimum value of [{shared}]."
        )


def _reading_denied(_kind: str, _logical_id: str, properties: Properties) -> None:
    function = _function(properties)
    if function is None:
        return
    role = _role({"Role": function["Role"]}, function["FunctionName"])
    queue = str(properties["EventSourceArn"])
    for name in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"):
        try:
            role.on(queue, [f"sqs:{name}"])
        except DeniedError:
            message = f"The provided execution role does not have permissions to call {name} on SQS"
            raise _refusal(message) from None


def _hidden_too_short(_kind: str, _logical_id: str, properties: Properties) -> None:
    function = _function(properties)
    arn_of_queue = properties["EventSourceArn"]
    found = (q["attributes"] for q in _queues.values())
    queue = next((q for q in found if q["QueueArn"] == arn_of_queue), None)
    if function is None or queue is None:
        return
    hidden = int(queue.get("VisibilityTimeout") or _HIDDEN)
    longest = int(function.get("Timeout") or _TIMEOUT)
    if hidden < longest:
        raise _refusal(
            f"Queue visibility timeout: {hidden} seconds is less than Function timeout: "
            f"{longest} seconds"
        )


def _function(properties: Properties) -> Any:
    record = _functions.get(str(properties["FunctionName"]).rpartition(":")[2])
    return record["config"] if record else None


def _logs_of_apis(_kind: str, _logical_id: str, properties: Properties) -> None:
    """A WebSocket API logs with a role of the whole account and Region."""
    api = _apis.get(properties.get("ApiId", "")) or {}
    settings = properties.get("DefaultRouteSettings") or {}
    logs = properties.get("AccessLogSettings") or settings.get("LoggingLevel", "OFF") != "OFF"
    role = (_account_settings.get("settings") or {}).get("cloudwatchRoleArn")
    if logs and not role and api.get("protocolType") == "WEBSOCKET":
        raise handler_error(
            "CloudWatch Logs role ARN must be set in account settings to enable logging",
            "InvalidRequest",
            service="ApiGatewayV2",
        )


RULES: Final = (
    RefusalRule(
        name="function-role",
        when="create",
        kinds=_FUNCTION,
        source="AWS re:Post, knowledge center: the role defined for the function cannot be assumed",
        check=_not_assumed,
    ),
    RefusalRule(
        name="function-network",
        when="create",
        kinds=_FUNCTION,
        source="AWS Lambda developer guide, troubleshooting: networking, EC2 permissions",
        check=_no_network,
    ),
    RefusalRule(
        name="function-image-missing",
        when="create",
        kinds=_FUNCTION,
        source="AWS Lambda developer guide, troubleshooting: container images, source image",
        check=_image_missing,
    ),
    RefusalRule(
        name="function-image-denied",
        when="create",
        kinds=_FUNCTION,
        source="AWS Lambda developer guide, Amazon ECR permissions of container images",
        check=_image_denied,
    ),
    RefusalRule(
        name="function-concurrency",
        when="create",
        kinds=_FUNCTION,
        source="AWS Lambda developer guide, configuring reserved concurrency; aws/aws-sam-cli "
        "issues name the minimum of new accounts, 10",
        check=_reserved,
    ),
    RefusalRule(
        name="source-denied",
        when="create",
        kinds=_SOURCE,
        source="AWS Lambda developer guide, using Lambda with Amazon SQS: execution role",
        check=_reading_denied,
    ),
    RefusalRule(
        name="source-visibility",
        when="create",
        kinds=_SOURCE,
        source="AWS Lambda API reference, CreateEventSourceMapping: InvalidParameterValueException",
        check=_hidden_too_short,
    ),
    RefusalRule(
        name="api-logs",
        when="create",
        kinds=("AWS::ApiGatewayV2::Stage",),
        source="AWS re:Post, knowledge center: CloudWatch Logs role ARN must be set in account "
        "settings",
        check=_logs_of_apis,
    ),
)
