"""Fixes that put the programs of functions into the image, for sites whose shape that is."""

from __future__ import annotations

from pathlib import Path

from .backend import REQUIREMENTS
from .source import ALREADY, Fix, Mismatch, read, write

PROGRAMS = Path(__file__).parents[1] / "functions" / "solarrally_functions"
INSIDE = "backend/solarrally_functions"

# AWS's runtime interface client, the adapter between its events and ASGI, and AWS's SDK.
LIBRARIES = ("awslambdaric==4.2.2", "mangum==0.22.0", "boto3==1.43.106")


def function_libraries(root: Path) -> str:
    """Require what runs the application in a function."""
    text = read(root, REQUIREMENTS)
    missing = [line for line in LIBRARIES if line not in text.splitlines()]
    if not missing:
        return ALREADY
    return write(root, REQUIREMENTS, "\n".join([text.rstrip(), *missing, ""]))


def function_programs(root: Path) -> str:
    """Copy the programs beside the application's modules."""
    if not (root / REQUIREMENTS).exists():
        raise Mismatch(f"{REQUIREMENTS} does not exist")
    (root / INSIDE).mkdir(exist_ok=True)
    result = ALREADY
    for source in sorted(PROGRAMS.glob("*.py")):
        name, text = f"{INSIDE}/{source.name}", source.read_text(encoding="utf-8")
        if not (root / name).exists() or read(root, name) != text:
            result = write(root, name, text)
    return result


FUNCTIONS = (
    Fix("function-libraries", "Lambda cannot start the image", function_libraries),
    Fix("function-programs", "the image has no program for Lambda", function_programs),
)
