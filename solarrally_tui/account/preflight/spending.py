"""Whether AWS will watch for unusual spending, which a site can do without."""

from typing import Final

from solarrally_tui.account.shared import cost_anomalies
from solarrally_tui.account.shared.extras import ANOMALIES
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.why_unknown import why_unknown
from solarrally_tui.findings.finding import Finding, unknown
from solarrally_tui.findings.severity import Severity

_ID: Final = "anomalies"
_TITLE: Final = "Unusual spending"


async def spending(door: Door) -> Finding:
    """Ask Cost Explorer whether it is open in this account. Raises no AwsError."""
    try:
        monitor = await cost_anomalies.monitor(door)
    except AwsError as error:
        return refused(error)
    line = f"Uses the monitor {monitor.get('MonitorName', '')}." if monitor else "Can be set up."
    return Finding(_ID, _TITLE, Severity.OK, line)


def refused(error: AwsError) -> Finding:
    """Return what it means that Cost Explorer did not answer."""
    known = error.explanation
    without = f"The site works without it: set {ANOMALIES.off}."
    if known and known.kind == "organisation-payer":
        return Finding(_ID, _TITLE, Severity.WARN, known.what, f"{known.next} {without}")
    return unknown(_ID, _TITLE, why_unknown(error), without)
