"""solarrally chargers set."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from solarrally_tui.commands.chargers.site_options import add_site_option, on_site
from solarrally_tui.commands.shared.options import AddAction, SiteOptions, carry_out
from solarrally_tui.commands.shared.terminal import say, show
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.enumeration import counted

if TYPE_CHECKING:
    from solarrally_tui.deployed.site import DeployedSite


@dataclass(frozen=True, slots=True)
class SetOptions(SiteOptions):
    """What set takes."""

    words: list[str]
    all: bool


def add(add_action: AddAction) -> None:
    """Add the action."""
    setting = add_action("set", "Change settings of chargers: interval, max_current_a.")
    setting.epilog = (
        "A charger takes them as soon as it is connected; show says whether it has. "
        "AWS bills 1.25 USD for a million changes and reports."
    )
    setting.add_argument(
        "words",
        nargs="+",
        metavar="NAME|SETTING=VALUE",
        help="chargers and settings, such as interval=10; SETTING= removes the desired value",
    )
    setting.add_argument("--all", action="store_true", help="all chargers of the site")
    add_site_option(setting)
    carry_out(
        setting,
        partial(on_site, _set),
        SetOptions,
        example="solarrally chargers set barn-17 interval=10 max_current_a=16\n"
        "solarrally chargers set --all interval=30",
    )


async def _set(options: SetOptions, site: "DeployedSite") -> int:
    from solarrally_tui.chargers.management.desired import all_of, arns_of, desire
    from solarrally_tui.chargers.management.settings import parse

    values = parse(word for word in options.words if "=" in word)
    named = [word for word in options.words if "=" not in word]
    if not values or bool(named) == options.all:
        say("Name chargers or --all, and at least one setting, such as interval=10.")
        return Exit.USAGE
    await arns_of(site, named)
    chargers = await desire(site, await all_of(site) if options.all else named, values)
    wanted = ", ".join(f"{name}={'' if v is None else f'{v:g}'}" for name, v in values.items())
    many = counted(len(chargers), "charger is", "chargers are")
    show(f"{many} to have {wanted}.")
    say("Each takes it as soon as it is connected. See: solarrally chargers show NAME")
    return Exit.OK
