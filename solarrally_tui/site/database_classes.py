"""Classes of a database instance: which RDS for PostgreSQL has, by family and size.

Sources: AWS's price list of RDS for PostgreSQL, 2025-12, current generation; the families of the
eighth generation from the Database Savings Plans of 2026-04. Families that PostgreSQL 15 and newer
cannot run on (t2, m4, r4 and older) are left out.
"""

import difflib
from collections.abc import Mapping
from typing import Final

_BURSTING: Final = "micro small medium large xlarge 2xlarge"
_FROM_LARGE: Final = "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge"
_TO_24: Final = f"{_FROM_LARGE} 24xlarge"
_TO_32: Final = f"{_TO_24} 32xlarge"
_TO_48: Final = f"{_TO_24} 48xlarge"

SIZES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("t3", "t4g"), _BURSTING),
    **dict.fromkeys(("m6g", "m6gd", "m7g", "r6g", "r6gd", "r7g", "x2g"), _FROM_LARGE),
    **dict.fromkeys(("m5", "m5d", "r5", "r5b", "r5d"), _TO_24),
    **dict.fromkeys(("m6i", "m6id", "m6idn", "m6in", "r6i", "r6id", "r6idn", "r6in"), _TO_32),
    **dict.fromkeys(("m7i", "r7i", "m8g", "m8gd", "r8g", "r8gd", "x8g"), _TO_48),
    **dict.fromkeys(("m8i", "r8i"), f"{_TO_48} 96xlarge"),
    "x2idn": "16xlarge 24xlarge 32xlarge",
    "x2iedn": "xlarge 2xlarge 4xlarge 8xlarge 16xlarge 24xlarge 32xlarge",
}
"""The sizes of each family, the smallest first."""
CLASSES: Final = frozenset(
    f"db.{family}.{size}" for family, sizes in SIZES.items() for size in sizes.split()
)
_SMALLEST: Final = "db.t4g.micro"
_ALIKE: Final = 0.6
"""From which similarity on, 0 to 1, a name is probably a slip of the keyboard."""


def known_class(name: str) -> str:
    """Return the name of a class that RDS for PostgreSQL has.

    Raises ValueError with the class that may be meant.
    """
    if name in CLASSES:
        return name
    raise ValueError(
        f"{name} is not a class of RDS for PostgreSQL that this version knows. "
        f"Did you mean {_nearest(name)}?"
    )


def _nearest(name: str) -> str:
    """Return the class with the most similar name; of equal ones a family that costs least."""
    order = list(SIZES)
    _, _, size = name.rpartition(".")

    def likeness(known: str) -> tuple[float, bool, int]:
        _, family, of_size = known.split(".")
        ratio = difflib.SequenceMatcher(None, name.lower(), known).ratio()
        return ratio, of_size == size, -order.index(family)

    best = max(sorted(CLASSES), key=likeness)
    return best if likeness(best)[0] >= _ALIKE else _SMALLEST


def alike(name: str) -> str:
    """Return a class of the same size and kind in another family; empty where there is none.

    AWS has capacity for each class apart, and other processors cost about the same.
    """
    _, family, size = name.split(".")
    others = (
        other
        for other, sizes in SIZES.items()
        if other != family and other[0] == family[0] and size in sizes.split()
    )
    return next((f"db.{other}.{size}" for other in others), "")
