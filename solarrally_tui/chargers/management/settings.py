"""What an operator may set on a charger, and how it is written on a command line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from solarrally_tui.chargers.problems import ChargerError

Values = Mapping[str, float | None]
"""Values by the name of their setting; None removes a desired value."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name in the shadow, its unit, and the least and the most of its values."""

    name: str
    unit: str
    least: float
    most: float
    is_whole: bool
    meaning: str

    def accepts(self, value: object) -> bool:
        """Whether a value can be set."""
        kinds = (int,) if self.is_whole else (int, float)
        is_number = isinstance(value, kinds) and not isinstance(value, bool)
        return is_number and self.least <= value <= self.most  # type: ignore[operator]

    @property
    def range(self) -> str:
        """What can be set, in words."""
        return f"{self.least:g} to {self.most:g} {self.unit}"


INTERVAL: Final = Setting("interval", "s", 1, 3600, True, "between two messages")
MAX_CURRENT: Final = Setting("max_current_a", "A", 6, 80, False, "the most that it draws")
"""From 6 to 80 A, as the control pilot of IEC 61851-1 can signal."""

SETTINGS: Final = {setting.name: setting for setting in (INTERVAL, MAX_CURRENT)}


def parse(words: Iterable[str]) -> dict[str, float | None]:
    """Read words such as interval=10; interval= removes the value. Raises ChargerError."""
    values: dict[str, float | None] = {}
    for word in words:
        name, _, text = word.partition("=")
        setting = SETTINGS.get(name)
        if setting is None:
            raise ChargerError(
                what=f"Chargers have no setting {name}.",
                why=f"They have {' and '.join(SETTINGS)}.",
                next="Write NAME=VALUE, for example interval=10.",
            )
        values[name] = _number(text, setting) if text else None
    return values


def _number(text: str, setting: Setting) -> float:
    try:
        value = int(text) if setting.is_whole else float(text)
    except ValueError:
        value = float("nan")
    if not setting.accepts(value):
        raise ChargerError(
            what=f"{setting.name} cannot be {text}.",
            why=f"It is {setting.range}{', a whole number' if setting.is_whole else ''}.",
            next=f"Change the value, or remove it with {setting.name}= alone.",
        )
    return value
