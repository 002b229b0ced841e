"""What goes wrong with chargers, in words for the person who adds them."""

from solarrally_tui.aws.errors import Plain


class ChargerError(Exception):
    """A charger could not be added, removed or simulated. `plain` says what to do."""

    def __init__(self, what: str, why: str, then: str, detail: str = "") -> None:
        super().__init__(f"{what} {why}")
        self.plain = Plain(what=what, why=why, next=then, detail=detail)
