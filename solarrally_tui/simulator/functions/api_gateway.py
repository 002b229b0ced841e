"""HTTP and WebSocket APIs: who may invoke a function, what a failing one looks like, and metrics.

Sources: API Gateway developer guide, "Working with HTTP APIs", "Working with WebSocket APIs",
"Monitor WebSocket API execution with CloudWatch metrics", "Working with metrics for HTTP APIs".
"""

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from ministack.core.concurrency import run_reentrant
from ministack.core.responses import get_account_id, get_region
from ministack.services import apigateway, lambda_svc

from solarrally_tui.simulator.functions import metrics
from solarrally_tui.simulator.functions.connections import Connections, refused_with
from solarrally_tui.simulator.iam import judgement
from solarrally_tui.simulator.pins import Record, private, replace

_integrations = private(apigateway, "_integrations")
_api_owner = private(apigateway, "_api_owner")
_request_context = private(apigateway, "_ws_request_context")
_connect_fields = private(apigateway, "_ws_connect_fields")
_lambda_of = private(apigateway, "_extract_lambda_ref_from_integration_uri")
_record_of = private(lambda_svc, "_get_func_record_for_ref_in_scope")
_execution_record = private(lambda_svc, "_execution_record_for_config")
_execute = private(lambda_svc, "_execute_function_with_config_scope")
_policy_of = private(lambda_svc, "function_policy_for_arn")

SERVICE: Final = "apigateway.amazonaws.com"
_JSON: Final = {"Content-Type": "application/json"}
_FAILED: Final = b'{"message":"Internal Server Error"}'
_UNAVAILABLE: Final = b'{"message":"Service Unavailable"}'
_FAILS: Final = 500
_BAD_GATEWAY: Final = 502
_REFUSES: Final = 400
_TIME_OUT: Final = "Sandbox.Timedout"

Answer = tuple[int, dict[str, Any], bytes]
Event = dict[str, Any]


def install(connections: Connections) -> None:
    """Put this around MiniStack's API Gateway. Call once."""
    replace(apigateway, "find_api_scope", lambda _: _scope)
    replace(apigateway, "_invoke_lambda_proxy", _permitted)
    replace(apigateway, "_handle_execute_in_scope", _measured)
    replace(lambda_svc, "lambda_execute_result_to_api_proxy_response", lambda _: _proxy_response)
    replace(apigateway, "_invoke_ws_lambda", lambda _: _invoke)
    connections.install()


def _scope(api: str) -> tuple[str, str] | None:
    """Return the account and Region of an API. Its viewers do not say whose it is."""
    owner = _api_owner(api)
    return None if owner is None else (owner[1], owner[2])


def _permitted(invoke: Callable[..., Awaitable[Answer]]) -> Callable[..., Awaitable[Answer]]:
    """Invoke a function for an HTTP API, where the function's policy lets it."""

    async def invoked(  # noqa: PLR0913, PLR0917 (MiniStack's signature)
        integration: Record,
        api: str,
        stage: str,
        path: str,
        method: str,
        headers: dict[str, str],
        body: bytes,
        query: Any,
        route: str = "$default",
        *rest: Any,
        **more: Any,
    ) -> Answer:
        key = route if route == "$default" else f"{method}{route.partition(' ')[2]}"
        function = _lambda_of(integration.get("integrationUri", ""))
        if not _may_invoke(str(function), f"{api}/{stage}/{key}"):
            return 500, dict(_JSON), _FAILED
        return await invoke(
            integration, api, stage, path, method, headers, body, query, route, *rest, **more
        )

    return invoked


def _may_invoke(function: str, source: str) -> bool:
    found = _policy_of(function)
    if found is None:
        return False
    arn = f"arn:aws:execute-api:{get_region()}:{get_account_id()}:{source}"
    context = {"aws:sourcearn": arn, "aws:sourceaccount": get_account_id()}
    request = judgement.Request("lambda:InvokeFunction", function, dict(context))
    policy = json.dumps(found[0])
    return judgement.judge(SERVICE, judgement.Policies(), request, policy).allowed


def _proxy_response(result: Mapping[str, Any]) -> tuple[Record, None]:
    """Return what an API answers for a function: its answer, or that it failed."""
    body = result.get("body")
    if result.get("throttle"):
        return {"statusCode": 503, "headers": dict(_JSON), "body": _UNAVAILABLE.decode()}, None
    if result.get("error"):
        late = isinstance(body, dict) and body.get("errorType") == _TIME_OUT
        status, text = (503, _UNAVAILABLE) if late else (500, _FAILED)
        return {"statusCode": status, "headers": dict(_JSON), "body": text.decode()}, None
    if isinstance(body, dict) and "statusCode" in body:
        return body, None
    if body is None:
        return {"statusCode": 200, "body": ""}, None
    return {"statusCode": 200, "headers": dict(_JSON), "body": body}, None


def _measured(execute: Callable[..., Awaitable[Answer]]) -> Callable[..., Awaitable[Answer]]:
    """Count the requests of HTTP APIs."""

    async def executed(api: str, *rest: Any) -> Answer:
        begun = time.monotonic()
        answer = await execute(api, *rest)
        milliseconds = (time.monotonic() - begun) * 1000
        figures = {
            "Count": (1.0, "Count"),
            "4xx": (float(_REFUSES <= answer[0] < _FAILS), "Count"),
            "5xx": (float(answer[0] >= _FAILS), "Count"),
            "Latency": (milliseconds, "Milliseconds"),
            "IntegrationLatency": (milliseconds, "Milliseconds"),
        }
        _count(api, rest[0], figures)
        return answer

    return executed


def _count(api: str, stage: str, figures: Mapping[str, tuple[float, str]]) -> None:
    """Put figures into CloudWatch, for an API and for its stage."""
    of = ({"ApiId": api}, {"ApiId": api, "Stage": stage})
    metrics.record("AWS/ApiGateway", figures, of)


async def _invoke(  # noqa: PLR0913, PLR0917 (MiniStack's signature)
    api: str,
    account: str,
    region: str,
    route: Record,
    stage: str,
    connection: str,
    kind: str,
    message: str,
    body: str,
    source: str,
    headers: dict[str, str],
    query_params: Mapping[str, Any] | None = None,
    **more: Any,
) -> Record | None:
    """Invoke the function of a route of a WebSocket API, and return its answer.

    None where the client gets none: that of a message needs a route response.
    """
    key = str(route.get("routeKey", "$default"))
    context = _request_context(api, key, stage, connection, kind, message, source, headers)
    context |= {"domainName": f"{api}.execute-api.{region}.amazonaws.com", "messageDirection": "IN"}
    event: Event = {"requestContext": context, "isBase64Encoded": False}
    if kind == "CONNECT":
        event |= _connect_fields(headers, query_params)
    elif kind == "MESSAGE":
        context["messageId"] = message
        event["body"] = body
    else:
        context["disconnectStatusCode"] = int(more.get("disconnect_code", 1005))
        context["disconnectReason"] = more.get("disconnect_reason", "")
    answer = await _answer(route, event, account, region)
    refused_with.set(int(answer.get("statusCode", 200)))
    silent = kind == "MESSAGE" and not route.get("routeResponseSelectionExpression")
    return None if silent else answer


async def _answer(route: Record, event: Event, account: str, region: str) -> Record:
    """Return what the function of a route answers; only a status where it may not or fails."""
    context = event["requestContext"]
    api, stage, kind = context["apiId"], context["stage"], context["eventType"]
    integration = _integrations.get(api, {}).get(str(route.get("target", "")).rpartition("/")[2])
    function = str(_lambda_of((integration or {}).get("integrationUri", "")))
    data, config, _ = _record_of(function, account_id=account, region=region)
    figures = {"ConnectCount" if kind == "CONNECT" else "MessageCount": (1.0, "Count")}
    if data is None or not _may_invoke(function, f"{api}/{stage}/{context['routeKey']}"):
        _count(api, stage, figures | {"ExecutionError": (1.0, "Count")})
        return {"statusCode": _FAILS}
    begun = time.monotonic()
    record = _execution_record(data, config)
    result = await run_reentrant(_execute, record, event, thread_name="websocket-api")
    failed = bool(result.get("error") or result.get("throttle"))
    milliseconds = (time.monotonic() - begun) * 1000
    figures |= {
        "IntegrationError": (float(failed), "Count"),
        "IntegrationLatency": (milliseconds, "Milliseconds"),
    }
    _count(api, stage, figures)
    return {"statusCode": _BAD_GATEWAY} if failed else _proxy_response(result)[0]
