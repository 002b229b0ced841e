"""The access key of the keyring that --credentials names, without opening the door to AWS."""

from typing import TYPE_CHECKING

from solarrally_tui.commands.shared.options import CommonOptions

if TYPE_CHECKING:
    from solarrally_tui.aws.keys import Keys


def named_keys(options: CommonOptions) -> "Keys | None":
    """Return the access key that --credentials names; None without it. Raises KeyringError."""
    if options.credentials is None:
        return None
    from solarrally_tui.account.credentials.keyring_store import KeyringStore

    return KeyringStore().load(options.credentials)
