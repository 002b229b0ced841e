"""What a site can do without: AWS may refuse it in an account where everything else works."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from solarrally_tui.aws.errors import AwsError, Plain


@dataclass(frozen=True, slots=True)
class Extra:
    """One of them, and the answer that switches it off."""

    title: str
    """Begins a sentence, such as "The budget"."""
    off: str
    """A line of the site file, such as "alerts.budget = false"."""

    def missing(self, plain: Plain) -> Plain:
        """Return the warning of a deployment that continued without it."""
        return Plain(
            what=f"{self.title} could not be set up. The site works without it.",
            why=plain.why or plain.what,
            next=f"{plain.next} To do without it: {self.off} in the site file.".strip(),
            detail=plain.detail,
        )

    def left(self, plain: Plain) -> Plain:
        """Return the warning of a teardown that continued without deleting it."""
        return replace(
            plain, what=f"{self.title} could not be deleted.", why=plain.why or plain.what
        )


BUDGET: Final = Extra("The budget", "alerts.budget = false")
ANOMALIES: Final = Extra("Cost anomaly detection", "alerts.anomaly_detection = false")
TRAIL: Final = Extra("The audit trail", "governance.trail = false")
IOT_LOG: Final = Extra("The log of AWS IoT", "devices.iot_log = false")
FLEET_INDEX: Final = Extra("The fleet index", "devices.fleet_index = false")
GITHUB: Final = Extra("The identity provider for GitHub", 'governance.github_repository = ""')

STACKS: Final[Mapping[str, Extra]] = MappingProxyType({"budget": BUDGET, "trail": TRAIL})
"""Extras that are a stack, by its id. Each has one of its own, so that its refusal rolls back
nothing else."""


def explain(error: AwsError) -> Plain:
    """Return why AWS refused an extra. What its words mean, where that is known, is the why."""
    known, plain = error.explanation, error.plain
    return replace(plain, why=known.what) if known and plain.what == known.what else plain
