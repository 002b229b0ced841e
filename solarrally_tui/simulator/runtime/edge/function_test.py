"""CloudFront's TestFunction: a function handles an event that the caller made up."""

import base64
import json
from typing import Any

from solarrally_tui.simulator.runtime.edge import function_event, function_runtime
from solarrally_tui.simulator.services.registry import Caller, Parameters, Result, operation
from solarrally_tui.simulator.wire.responses import ApiError

_UTILIZATION = "21"
"""Percent. No measurement: what runs here is no edge location of CloudFront's."""


def install() -> None:
    """Declare the operation."""
    operation("cloudfront", "TestFunction")(_try)


def _try(_caller: Caller, given: Parameters) -> Result:
    """Run one stage of a function with an event. Changes nothing."""
    stored = function_event.named(given["Name"], given.get("Stage", "DEVELOPMENT"))
    if stored is None:
        raise ApiError("NoSuchFunctionExists", "The specified function does not exist.", 404)
    summary = {
        "Name": given["Name"],
        "FunctionConfig": {"Comment": stored["comment"], "Runtime": stored["runtime"]},
        "FunctionMetadata": {"FunctionARN": stored["arn"], "LastModifiedTime": stored["modified"]},
    }
    result: dict[str, Any] = {"FunctionSummary": summary, "ComputeUtilization": _UTILIZATION}
    event = json.loads(base64.b64decode(given["EventObject"]))
    try:
        output = function_event.ran(stored, event)
    except function_runtime.FunctionFailedError as error:
        return {"TestResult": result | {"FunctionErrorMessage": str(error)}}
    kind = "response" if "statusCode" in output else "request"
    return {"TestResult": result | {"FunctionOutput": json.dumps({kind: output})}}
