"""How far a charger has come on its way to the page, and how long each hop took. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from solarrally_tui.text.plain import Plain

if TYPE_CHECKING:
    from solarrally_tui.deployed.dashboard.live_frames import Frame


class Hop(StrEnum):
    """What a charger passes to get a message to AWS IoT, in this order."""

    NETWORK = "network"
    """Its address is looked up, and TCP connects."""
    TLS = "tls"
    """Both sides show their certificates."""
    CONNECT = "connect"
    """AWS IoT accepts the client under its name. Since TLS 1.3, a certificate that AWS IoT does not
    accept is refused only here."""
    PUBLISH = "publish"
    """AWS IoT acknowledges a message."""


CERTIFICATE: Final = "certificate"
PAGE: Final = "page"
HOPS: Final = (CERTIFICATE, *Hop, PAGE)
"""The way, in its order."""

WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        CERTIFICATE: "Certificate and key",
        Hop.NETWORK: "Network to AWS IoT",
        Hop.TLS: "TLS handshake",
        Hop.CONNECT: "AWS IoT accepts it",
        Hop.PUBLISH: "Message acknowledged",
        PAGE: "Application and page",
    }
)
"""Hops in few words."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How far a charger has come on its way."""

    charger: str
    milliseconds: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """How long each hop took that was passed, in the order of the way."""
    failed: str = ""
    """The hop that it did not pass."""
    plain: Plain | None = None
    """Why, and what to do."""
    frame: "Frame | None" = None
    """What the page showed."""

    @property
    def is_proven(self) -> bool:
        """Whether the page has shown the charger's message."""
        return self.frame is not None

    @property
    def total(self) -> float:
        """Milliseconds of all hops that were passed."""
        return sum(self.milliseconds.values())

    @property
    def present(self) -> str:
        """The hop that is under way; empty at the end."""
        if self.failed or self.is_proven:
            return ""
        return str(HOPS[len(self.milliseconds)])

    def passed(self, hop: str, milliseconds: float) -> "Proof":
        """Return the proof with one more hop."""
        return replace(self, milliseconds={**self.milliseconds, hop: milliseconds})

    def as_json(self) -> dict[str, object]:
        """Return it for scripts."""
        plain = self.plain
        return {
            "charger": self.charger,
            "proven": self.is_proven,
            "hops": [
                {"hop": str(hop), "ms": round(ms, 1)} for hop, ms in self.milliseconds.items()
            ],
            "total_ms": round(self.total, 1),
            "failed": None
            if plain is None
            else {"hop": self.failed, "what": plain.what, "why": plain.why, "next": plain.next},
        }


def summary(proof: Proof) -> str:
    """Return in a sentence what the page showed. Raises ValueError before it did."""
    if proof.frame is None:
        raise ValueError("not proven")
    power = f"{proof.frame.power_w / 1000:.1f} kW"
    return f"The page shows {proof.charger}: {power}, {proof.total:.0f} ms in all."
