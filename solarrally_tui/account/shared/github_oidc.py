"""The account's one identity provider for GitHub Actions."""

from typing import Final

from solarrally_tui.account.shared import settings_record
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Kind, tolerate

HOST: Final = "token.actions.githubusercontent.com"
AUDIENCE: Final = "sts.amazonaws.com"
_ENTRY: Final = "github-oidc-provider"


async def ensure_provider(door: Door) -> bool:
    """Create the provider unless there is one; return whether that was needed. Raises AwsError."""
    response = await door.call("iam", "list_open_id_connect_providers")
    arns = (str(item["Arn"]) for item in response.get("OpenIDConnectProviderList") or ())
    if any(arn.endswith(f"/{HOST}") for arn in arns):
        return False
    # Recorded first, so that a run that dies in between leaves none that nobody deletes.
    identity = await door.identity()
    arn = f"arn:{identity.partition}:iam::{identity.account}:oidc-provider/{HOST}"
    await settings_record.record(door, _ENTRY, arn)
    # It exists by now where another deployment was faster, or an answer was lost.
    with tolerate(Kind.EXISTS):
        await door.call(
            "iam",
            "create_open_id_connect_provider",
            Url=f"https://{HOST}",
            ClientIDList=[AUDIENCE],
        )
    return True


async def release_provider(door: Door) -> bool:
    """Delete the provider if solarrally created it. Raises AwsError."""
    arn = await settings_record.recorded(door, _ENTRY)
    if not arn:
        return False
    with tolerate(Kind.NOT_FOUND):
        await door.call("iam", "delete_open_id_connect_provider", OpenIDConnectProviderArn=arn)
    await settings_record.forget(door, _ENTRY)
    return True
