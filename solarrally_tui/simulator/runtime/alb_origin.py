# ruff: noqa: SLF001 (the emulator's private names, all listed in seams.py)
"""CloudFront's way to a load balancer: listener, rules, then a healthy target."""

import asyncio
import random
from dataclasses import dataclass

from solarrally_tui.simulator.runtime.engine import Standin
from solarrally_tui.simulator.runtime.health import TargetHealth
from solarrally_tui.simulator.runtime.http_head import (
    Answer,
    BadMessageError,
    Head,
    Request,
    read_head,
)
from solarrally_tui.simulator.runtime.seams import (
    Record,
    alb,
    cloudfront,
    request_scope,
    route53,
    scoped,
)

_CONNECT_LIMIT = 5.0
_UNAVAILABLE = b"<html><head><title>503 Service Temporarily Unavailable</title></head></html>"
_HTML = ("Content-Type", "text/html")
_ALB = ("Server", "awselb/2.0")


class NoOriginError(Exception):
    """CloudFront cannot reach the origin at all.

    Attributes:
        status: what it answers, 502 or 504.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Upstream:
    """An open exchange with a target: its response's head and the streams for the rest."""

    head: Head
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


async def ask(
    origin: Record, request: Request, body: bytes, health: TargetHealth
) -> Answer | Upstream:
    """Send a request to an origin's load balancer.

    Returns:
        The load balancer's own answer, or the target's response as it begins.

    Raises:
        NoOriginError: there is no such load balancer, or nothing listens at the port.
    """
    account, region, arn, port = _locate(origin)
    action = _action(account, region, arn, port, request)
    group = _group(action)
    if not group:
        with request_scope(account, region):
            status, fields, text = await alb._execute_action(
                action, request.method, request.path, _lower(request.head), body, request.query
            )
        return Answer(int(status), (*fields.items(), _ALB), text)
    standins = health.standins(group)
    if not standins:
        return Answer(503, (_HTML, _ALB), _UNAVAILABLE)
    return await _exchange(random.choice(standins), request, body)  # noqa: S311 (load balancing)


async def _exchange(standin: Standin, request: Request, body: bytes) -> Answer | Upstream:
    try:
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection("127.0.0.1", standin.port), _CONNECT_LIMIT
        )
        writer.write(request.head.to_bytes() + body)
        return Upstream(await read_head(reader), reader, writer)
    except (OSError, TimeoutError, BadMessageError):
        return Answer(
            502, (_HTML, _ALB), b"<html><head><title>502 Bad Gateway</title></head></html>"
        )


def _locate(origin: Record) -> tuple[str, str, str, int]:
    """The load balancer behind an origin: account, region, ARN and the port to use."""
    if vpc := origin.get("VpcOriginConfig"):
        arn, port = _vpc_origin(vpc["VpcOriginId"])
        wanted = {"LoadBalancerArn": arn}
    else:
        config = origin.get("CustomOriginConfig") or {}
        port = _port(config.get("OriginProtocolPolicy"), config)
        wanted = {"DNSName": _alias(origin["DomainName"])}
    for (account, region, arn), lb in scoped(alb._lbs):
        if all(str(lb[k]).lower() == str(v).lower() for k, v in wanted.items()):
            return account, region, arn, port
    raise NoOriginError(502, "CloudFront wasn't able to resolve the origin domain name.")


def _vpc_origin(identity: str) -> tuple[str, int]:
    for (_, key), record in scoped(cloudfront._vpc_origins):
        if key == identity:
            config = record["VpcOriginEndpointConfig"]
            return config["Arn"], _port(config["OriginProtocolPolicy"], config)
    raise NoOriginError(502, "CloudFront wasn't able to find the VPC origin.")


def _port(policy: str | None, config: Record) -> int:
    return int(
        config.get("HTTPPort", 80) if policy == "http-only" else config.get("HTTPSPort", 443)
    )


def _alias(name: str) -> str:
    """Follow an alias record of the account's own hosted zones."""
    for _, records in scoped(route53._records):
        for record in records:
            target = record.get("AliasTarget")
            if target and record["Name"].rstrip(".").lower() == name.lower():
                return str(target["DNSName"]).rstrip(".").removeprefix("dualstack.")
    return name


def _action(account: str, region: str, arn: str, port: int, request: Request) -> Record:
    listeners = {
        key[2]
        for key, record in scoped(alb._listeners)
        if record["LoadBalancerArn"] == arn and int(record["Port"]) == port
    }
    rules = [r for _, r in scoped(alb._rules) if r["ListenerArn"] in listeners]
    if not rules:
        raise NoOriginError(504, "CloudFront attempted to establish a connection with the origin.")
    with request_scope(account, region):
        for rule in sorted(rules, key=alb._rule_sort_key):
            if all(_matches(condition, request) for condition in rule["Conditions"]):
                action: Record = rule["Actions"][-1]
                return action
    raise NoOriginError(504, "No listener rule of the load balancer fits.")


def _matches(condition: Record, request: Request) -> bool:
    # CloudFormation stores the values inside the condition's own block, the API beside it.
    block: Record = next((v for k, v in condition.items() if k.endswith("Config") and v), {})
    values = condition.get("Values") or block.get("Values") or []
    return bool(
        alb._match_condition(
            condition | {"Values": values},
            request.method,
            request.path,
            _lower(request.head),
            request.query,
        )
    )


def _lower(head: Head) -> dict[str, str]:
    return {name.lower(): value for name, value in head.fields}


def _group(action: Record) -> str:
    if action.get("Type") != "forward":
        return ""
    groups = (action.get("ForwardConfig") or {}).get("TargetGroups") or [{}]
    return str(action.get("TargetGroupArn") or groups[0].get("TargetGroupArn", ""))
