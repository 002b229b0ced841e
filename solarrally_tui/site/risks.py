"""What certain answers risk, in words that every door shows. Imports nothing heavy."""

from typing import Final

REGISTRATION_RISK: Final = (
    "Whoever can see the dashboard can then register, also as administrator: the application "
    "checks neither who registers nor which role they choose. For trials only."
)
PUBLIC_RISK: Final = (
    "Everybody on the internet then sees live charging: when somebody is at home, and when not."
)
