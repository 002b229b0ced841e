"""What goes wrong with chargers, in words for the person who adds them."""

from solarrally_tui.aws.errors import Plain


class ChargerError(Exception):
    """A charger could not be added or simulated. `plain` says what to do."""

    def __init__(self, *, what: str, why: str, next: str, detail: str = "") -> None:  # noqa: A002 as in Plain
        super().__init__(f"{what} {why}")
        self.plain = Plain(what=what, why=why, next=next, detail=detail)


class ChargerNameError(ChargerError):
    """No charger can have this name."""
