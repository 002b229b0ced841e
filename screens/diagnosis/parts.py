"""The stacks of a diagnosed site by the names that its parts have everywhere else. Pure."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from solarrally_tui.screens.common.parts import in_parts

if TYPE_CHECKING:
    from solarrally_tui.health.diagnosis.evidence import Evidence
    from solarrally_tui.health.diagnosis.model import Candidate, Diagnosis


def diagnosed_parts(diagnosis: "Diagnosis") -> "Diagnosis":
    """Return a diagnosis that names parts of the site in place of stacks.

    AWS's own words, and the name of the stack beside them, stay for whoever opens a line.
    """
    said = partial(in_parts, site=diagnosis.site)

    def seen(evidence: "Evidence") -> "Evidence":
        return replace(evidence, resource=said(evidence.resource))

    def of(cause: "Candidate") -> "Candidate":
        return replace(
            cause,
            what=said(cause.what),
            next=said(cause.next),
            evidence=tuple(map(seen, cause.evidence)),
            effects=tuple(map(seen, cause.effects)),
        )

    return replace(
        diagnosis,
        causes=tuple(map(of, diagnosis.causes)),
        past=tuple(map(of, diagnosis.past)),
        fine=tuple(map(seen, diagnosis.fine)),
        kept=tuple(map(seen, diagnosis.kept)),
        unknown=tuple(replace(one, why=said(one.why)) for one in diagnosis.unknown),
    )
