"""Who may see a site's dashboard, and who may register with its application."""

from ipaddress import ip_network
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

MOST_ADDRESSES: Final = 20
"""The CloudFront function has the blocks in its code, which AWS limits to 10 KB."""

_LONGEST_SHOWN: Final = 40


def _block(text: str) -> str:
    """Return a block of addresses in its shortest form. Raises ValueError."""
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
        raise ValueError(
            f"{shown} is neither an address nor a block such as 203.0.113.0/24."
        ) from None
    if not network.prefixlen:
        raise ValueError(f'{text} is every address. For that, set viewing = "public".')
    return str(network)


def split_entries(value: object) -> object:
    """Accept a list also as one line of text, separated by commas or blanks."""
    return value.replace(",", " ").split() if isinstance(value, str) else value


class Access(BaseModel):
    """Who can see the dashboard and live telemetry. Making changes always needs the password."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    viewing: Literal["password", "addresses", "public"] = Field(
        default="password", examples=["password"]
    )
    addresses: Annotated[
        tuple[Annotated[str, AfterValidator(_block)], ...],
        Field(max_length=MOST_ADDRESSES),
        BeforeValidator(split_entries),
    ] = Field(default=(), examples=["203.0.113.7/32"])
    """Blocks in CIDR notation, IPv4 and IPv6; used with viewing = "addresses"."""
    open_registration: bool = Field(default=False, examples=[False])
    """See REGISTRATION_RISK in risks.py."""

    @model_validator(mode="after")
    def _addresses_given(self) -> Self:
        if self.viewing == "addresses" and not self.addresses:
            raise ValueError(
                "addresses must have at least one entry, or nobody can see the dashboard."
            )
        return self

    def in_words(self) -> str:
        """Return one sentence that says who can see the dashboard."""
        seen = {
            "password": "Anyone with the password",
            "addresses": f"Viewers from {', '.join(self.addresses)}",
            "public": "Everyone on the Internet",
        }[self.viewing]
        joins = " They can register, even as administrator." if self.open_registration else ""
        return f"{seen} can see the dashboard.{joins}"
