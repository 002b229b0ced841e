"""What the page has to know about the site, and what this task heard of its chargers.

Added by the build of solarrally-tui. Prices and the time after which a charger counts as silent are
answers of the site, and reach the task as variables. Chargers are remembered since the task began.
"""

import os
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter

router = APIRouter()

CURRENCY = os.getenv("CURRENCY", "")
SOLAR_PRICE = float(os.getenv("SOLAR_PRICE_PER_KWH", "0"))
GRID_PRICE = float(os.getenv("GRID_PRICE_PER_KWH", "0"))
SILENT_AFTER_SECONDS = float(os.getenv("SILENT_AFTER_SECONDS", "60"))

_heard: dict[str, tuple[datetime, dict[str, Any]]] = {}


def record(telemetry: dict[str, Any], heard: datetime | None = None) -> None:
    """Remember the last message of a charger. heard: when it came; None for now."""
    unit = telemetry.get("unit_id")
    if unit:
        _heard[unit] = (heard or datetime.now(UTC), telemetry)


@router.get("/site")
async def get_site() -> dict[str, Any]:
    """Return prices, chargers with their last message, and totals of those that are not silent."""
    now = datetime.now(UTC)
    chargers = []
    power = charging = silent = 0
    for unit, (heard, telemetry) in sorted(_heard.items()):
        age = (now - heard).total_seconds()
        is_silent = age > SILENT_AFTER_SECONDS
        silent += is_silent
        if not is_silent:
            power += telemetry["power_w"]
            charging += telemetry["status"] == "charging"
        chargers.append(
            {
                "unit_id": unit,
                "last_message": heard.isoformat(),
                "age_seconds": round(age, 1),
                "silent": is_silent,
                "telemetry": telemetry,
            }
        )
    return {
        "currency": CURRENCY,
        "solar_price_per_kwh": SOLAR_PRICE,
        "grid_price_per_kwh": GRID_PRICE,
        "silent_after_seconds": SILENT_AFTER_SECONDS,
        "chargers": chargers,
        "totals": {
            "power_w": power,
            "chargers": len(chargers),
            "silent": silent,
            "charging": charging,
        },
    }
