"""Lets these tests deploy the blueprints with the bench of the blueprints' own tests."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "blueprints"))
