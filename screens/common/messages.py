"""What screens ask the app to do."""

from typing import TYPE_CHECKING

from textual.message import Message

from solarrally_tui.interview.trail import Place

if TYPE_CHECKING:
    from solarrally_tui.wizard.model import Added


class Copy(Message):
    """Ask the app to copy a text."""

    def __init__(self, what: str, text: str, *, secret: bool = False) -> None:
        """what: the name of the text for people; secret: whether no file may hold it."""
        super().__init__()
        self.what = what
        self.text = text
        self.secret = secret


class Explain(Message):
    """Ask the app to show a text of help."""

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self.title = title
        self.text = text


class Go(Message):
    """Ask the app to show another place."""

    def __init__(
        self, name: str, check: str = "", *, just_prices: bool = False, returns: bool = False
    ) -> None:
        """name, check: as of a Place.

        just_prices: whether the person only looks at prices, and skips the steps before. returns:
        whether Escape leads back here, also from a step that the person came through.
        """
        super().__init__()
        self.place = Place(name, check)
        self.just_prices = just_prices
        self.returns = returns


class GoBack(Message):
    """Ask the app to show where the person came from."""


class Stagehand(Message):
    """Ask the app to change the pace or the scenario of a demonstration, or to sign in there."""

    def __init__(self, task: str) -> None:
        """task: pause, faster, normal, restart, scenario or sign-in."""
        super().__init__()
        self.task = task


class OpenDashboard(Message):
    """Ask the app to open the dashboard of the site in a browser."""


class EndWith(Message):
    """Ask the app to end, and its caller to do something else."""

    def __init__(self, wish: str) -> None:
        """wish: one of exit_requests.py."""
        super().__init__()
        self.wish = wish


class MaySend(Message):
    """Report that a charger has its files, and that nobody here sends as it."""

    def __init__(self, site: str, charger: "Added") -> None:
        super().__init__()
        self.site = site
        self.charger = charger


class StartDeploy(Message):
    """Ask the app to deploy the draft."""

    def __init__(
        self,
        confirmed: str = "",
        *,
        preflight: bool | None = None,
        leave: frozenset[str] = frozenset(),
    ) -> None:
        """confirmed: the site's name, where the person has agreed to lose data.

        preflight: whether the account is checked first; None means as the last time. leave: what
        stays as it is where AWS can neither roll it back nor delete it, as STACK/RESOURCE.
        """
        super().__init__()
        self.confirmed = confirmed
        self.preflight = preflight
        self.leave = leave


class Destroy(Message):
    """Ask the app to delete the deployed site that is shown, once its name was typed."""


class StartDestroy(Message):
    """Ask the app to delete the deployed site that is shown."""

    def __init__(self, *, delete_data: bool = False, leave: frozenset[str] = frozenset()) -> None:
        """delete_data: also what keeps the site's data. leave: as for StartDeploy."""
        super().__init__()
        self.delete_data = delete_data
        self.leave = leave


class OpenDraft(Message):
    """Ask the app to continue a draft."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class OpenSite(Message):
    """Ask the app to show the status of a deployed site."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
