"""Chargers as records for scripts and spreadsheets. The keys never change."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from solarrally_tui.chargers.fleet.charger import Charger
from solarrally_tui.chargers.fleet.sight import Sight
from solarrally_tui.text.spreadsheet import cell


def record(charger: Charger, sight: Sight) -> dict[str, Any]:
    """Return a charger with what was seen of it. What is not known is None; times are in UTC."""
    frame, seen = charger.message(sight), charger.last_seen(sight)
    return {
        "name": charger.name,
        "state": charger.state(sight).value,
        "reason": charger.reason or None,
        "connected": charger.is_connected,
        "since": charger.since.isoformat() if charger.since else None,
        "last_seen": seen.isoformat() if seen else None,
        "power_kw": round(frame.power_w / 1000, 3) if frame else None,
        "status": frame.status or None if frame else None,
        "firmware": charger.firmware,
        "certificate_ends": charger.certificate_ends and charger.certificate_ends.isoformat(),
        "revoked": charger.revoked and charger.revoked.isoformat(),
    }


def table(chargers: Sequence[Charger], sight: Sight) -> str:
    """Return chargers as CSV, with a line of headings."""
    written = io.StringIO()
    writer = csv.DictWriter(written, list(record(Charger(""), sight)), lineterminator="\n")
    writer.writeheader()
    for charger in chargers:
        values = record(charger, sight)
        writer.writerow({k: cell(v) if isinstance(v, str) else v for k, v in values.items()})
    return written.getvalue().rstrip("\n")
