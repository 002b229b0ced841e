"""What some answers risk, in words that the wizard and every command show."""

from typing import Final

REGISTRATION_RISK: Final = (
    "Anyone who can see the dashboard can then register, even as administrator: the application "
    "checks neither who registers nor which role they choose. Use it for trials only."
)
PUBLIC_RISK: Final = (
    "Everyone on the Internet can then see live charging: when somebody is at home and when not."
)
