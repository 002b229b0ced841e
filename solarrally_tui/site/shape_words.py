"""What each shape of a site means for those who use it, in sentences."""

from collections.abc import Mapping
from typing import Final

from solarrally_tui.site.tiers import Shape

IN_WORDS: Final[Mapping[Shape, str]] = {
    Shape.TASKS: "Tasks run all the time, and an open page costs next to nothing.",
    Shape.FUNCTIONS: "The first request after a pause takes seconds. A live view connects again "
    "every two hours. Each open page is billed by message.",
}
"""What a site gets and gives up with each."""
