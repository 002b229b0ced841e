"""CloudFront's limits for the function that asks viewers for the password."""

import base64
import json
from typing import Any, Final

from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.proofs.bench import Bench
from solarrally_tui.site.names import GLOBAL_REGION

_MOST_BYTES: Final = 10_240
_MOST_UTILIZATION: Final = 80
"""Percent of the time that CloudFront gives a function; it throttles above 80 (CloudFront developer
guide, "Understand compute utilization")."""


async def viewer_function(bench: Bench) -> None:
    """Let CloudFront test the function of a site as it is, which changes nothing."""
    site = await DeployedSite.open(bench.door, bench.site)
    (arn,) = await site.stacks.resource_ids("edge", "AWS::CloudFront::Function")
    name = arn.rpartition("/")[2]
    held = await bench.door.call("cloudfront", "get_function", Name=name, Stage="LIVE")
    code = held["FunctionCode"]
    bench.note(
        f"code of at most {_MOST_BYTES} bytes", f"{len(code)} bytes", holds=len(code) <= _MOST_BYTES
    )
    for title, headers in (("without a password", {}), ("with a wrong one", _wrong())):
        tested = await bench.door.call(
            "cloudfront",
            "test_function",
            GLOBAL_REGION,
            Name=name,
            IfMatch=held["ETag"],
            Stage="LIVE",
            EventObject=json.dumps(_event(headers)).encode(),
        )
        result: dict[str, Any] = tested["TestResult"]
        used = int(result.get("ComputeUtilization") or 0)
        error = str(result.get("FunctionErrorMessage") or "")
        bench.note(
            f"a request {title} takes less than {_MOST_UTILIZATION} percent of the time",
            error or f"{used} percent",
            holds=not error and used < _MOST_UTILIZATION,
        )


def _wrong() -> dict[str, Any]:
    pair = base64.b64encode(b"viewer:wrong").decode()
    return {"authorization": {"value": f"Basic {pair}"}}


def _event(headers: dict[str, Any]) -> dict[str, Any]:
    """Return a viewer's request as CloudFront gives it to a function."""
    return {
        "version": "1.0",
        "context": {"eventType": "viewer-request"},
        "viewer": {"ip": "198.51.100.7"},
        "request": {
            "method": "GET",
            "uri": "/",
            "querystring": {},
            "headers": {"host": {"value": "proof.example"}, **headers},
            "cookies": {},
        },
    }
