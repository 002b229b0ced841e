"""Answers requests with the application, as an HTTP API of API Gateway hands them over.

The application runs without its start-up code, which creates tables and connects to a broker: a
task of its own creates the tables, and messages come to another function. Format 2.0 of events: API
Gateway guide, "Create AWS Lambda proxy integrations for HTTP APIs".
"""

from __future__ import annotations

import hmac
import json
import os
import time
from datetime import UTC, datetime
from typing import Any

import boto3

from solarrally_functions import surroundings

# The application reads its variables when it is imported.
surroundings.take_database_password()
surroundings.take_signing_key()

from api import site  # noqa: E402
from main import app  # noqa: E402
from mangum import Mangum  # noqa: E402

FACTS = "/api/v1/site"
HEADER = "x-solarrally-origin"

_origin = surroundings.secret("ORIGIN_SECRET").encode()
_latest = boto3.resource("dynamodb", config=surroundings.CONFIG).Table(os.environ["LATEST_TABLE"])
_answer = Mangum(app, lifespan="off")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request, if it came through CloudFront, and write a line about it."""
    begun = time.monotonic()
    request = event["requestContext"]["http"]
    answer = _answered(event, context)
    took = (time.monotonic() - begun) * 1000
    print(f'"{request["method"]} {event["rawPath"]}" {answer["statusCode"]} {took:.0f} ms')
    return answer


def _answered(event: dict[str, Any], context: Any) -> dict[str, Any]:
    if not hmac.compare_digest(event["headers"].get(HEADER, "").encode(), _origin):
        text = json.dumps({"detail": "This address is reached through CloudFront."})
        return {"statusCode": 403, "headers": {"content-type": "application/json"}, "body": text}
    surroundings.take_database_password()
    if event["rawPath"] == FACTS:
        recall()
    answer: dict[str, Any] = _answer(event, context)
    return answer


def recall() -> None:
    """Give the application the last message of each charger, and when it came."""
    question: dict[str, Any] = {}
    while True:
        found = _latest.scan(**question)
        for item in found["Items"]:
            heard = datetime.fromtimestamp(int(item["received"]) / 1000, UTC)
            site.record(json.loads(item["telemetry"]), heard)
        if "LastEvaluatedKey" not in found:
            return
        question = {"ExclusiveStartKey": found["LastEvaluatedKey"]}
