"""Why a finding is unknown that AWS did not answer, in half a sentence."""

from typing import Final

from solarrally_tui.aws.errors import AwsError, Kind

_WHY: Final = {
    Kind.DENIED: "these credentials may not read it.",
    Kind.THROTTLED: "AWS is throttling requests.",
    Kind.UNREACHABLE: "AWS did not answer.",
    Kind.UNAVAILABLE: "AWS has a problem.",
}


def why_unknown(error: AwsError) -> str:
    """Return why AWS gave no answer."""
    if error.kind in {Kind.ACCOUNT, Kind.LOCAL}:
        return error.plain.what
    return _WHY.get(error.kind, f"AWS returned {error.code}.")
