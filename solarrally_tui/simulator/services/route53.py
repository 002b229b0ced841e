"""Route 53: what health checkers report."""

import datetime as dt

from botocore.exceptions import ClientError

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.services.registry import Caller, Parameters, Result, operation
from solarrally_tui.simulator.settings import LOOPBACK
from solarrally_tui.simulator.wire.responses import ApiError

_CHECKERS = ("us-east-1", "us-west-2", "eu-west-1")


@operation("route53", "GetHealthCheckStatus")
def get_health_check_status(_caller: Caller, given: Parameters) -> Result:
    """Report success from every checker, without checking: the endpoint may be anywhere."""
    identifier = given["HealthCheckId"]
    try:
        api("route53").get_health_check(HealthCheckId=identifier)
    except ClientError as error:
        detail = error.response["Error"]
        raise ApiError(detail["Code"], detail["Message"], 404) from error
    report = {
        "Status": "Success: HTTP Status Code 200, OK",
        "CheckedTime": dt.datetime.now(dt.UTC),
    }
    return {
        "HealthCheckObservations": [
            {"Region": region, "IPAddress": LOOPBACK, "StatusReport": report}
            for region in _CHECKERS
        ]
    }
