"""The layers of a site along the way of the data: from the charger to the page."""

from enum import StrEnum


class Layer(StrEnum):
    """Where on the way of the data a check belongs, in their order.

    The values are what scripts write.
    """

    CHARGERS = "chargers"
    IOT = "iot"
    APPLICATION = "application"
    DATABASE = "database"
    PAGE = "page"
    OPERATIONS = "operations"
    """What holds the site and watches over it: stacks, alarms, money, access."""

    @property
    def heading(self) -> str:
        """What a person reads for it."""
        return _TITLES[self]


_TITLES = {
    Layer.CHARGERS: "Chargers",
    Layer.IOT: "AWS IoT",
    Layer.APPLICATION: "Application",
    Layer.DATABASE: "Database",
    Layer.PAGE: "Page",
    Layer.OPERATIONS: "Operations",
}
WAY = (Layer.CHARGERS, Layer.IOT, Layer.APPLICATION, Layer.DATABASE, Layer.PAGE)
"""The layers that telemetry passes, in order. The database holds the accounts of the page."""
