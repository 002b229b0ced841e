"""The sizes of a terminal that screens are laid out for. Each is a class of the screen."""

from typing import Final

WIDTHS: Final = [(0, "-narrow"), (100, "-wide")]
"""Columns from which a class holds; the rail of steps needs 100."""
HEIGHTS: Final = [(0, "-short"), (38, "-tall")]
"""Lines from which a class holds."""
ROOMY: Final = 140
"""Columns from which the class -roomy holds too: there is room for a second column."""
