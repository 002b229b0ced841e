"""`api.site`: what the application remembers of chargers, and says of the site."""

import os
from datetime import UTC, datetime
from typing import Any

_heard: dict[str, tuple[datetime, dict[str, Any]]] = {}


def record(telemetry: dict[str, Any], heard: datetime | None = None) -> None:
    """Remember the last message of a charger, and when it came; by default now."""
    if unit := telemetry.get("unit_id"):
        _heard[unit] = (heard or datetime.now(UTC), telemetry)


def facts() -> dict[str, Any]:
    """Return prices, chargers with their last message, and totals of those that are not silent."""
    limit, now = float(os.getenv("SILENT_AFTER_SECONDS", "60")), datetime.now(UTC)
    ages = {unit: (now - at).total_seconds() for unit, (at, _) in sorted(_heard.items())}
    live = [message for unit, (_, message) in _heard.items() if ages[unit] <= limit]
    return {
        "currency": os.getenv("CURRENCY", ""),
        "solar_price_per_kwh": float(os.getenv("SOLAR_PRICE_PER_KWH", "0")),
        "grid_price_per_kwh": float(os.getenv("GRID_PRICE_PER_KWH", "0")),
        "silent_after_seconds": limit,
        "chargers": [
            {
                "unit_id": unit,
                "last_message": _heard[unit][0].isoformat(),
                "age_seconds": round(age, 1),
                "silent": age > limit,
                "telemetry": _heard[unit][1],
            }
            for unit, age in ages.items()
        ],
        "totals": {
            "power_w": sum(message["power_w"] for message in live),
            "chargers": len(ages),
            "silent": len(ages) - len(live),
            "charging": sum(message["status"] == "charging" for message in live),
        },
    }
