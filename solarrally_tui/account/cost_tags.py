"""Whether the account's costs can be told apart by site: cost allocation tags.

The account that pays activates a tag, free of charge, from about a day after its first use on; AWS
then needs about another day (AWS Billing user guide, Activating user-defined cost allocation tags).
"""

from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.site.names import GLOBAL_REGION, SITE_TAG

_UNSEEN: Final = frozenset({Kind.DENIED, Kind.ACCOUNT})


async def is_active(door: Door) -> bool:
    """Whether AWS allocates costs by the tag of a site; False where that may not be read.

    Raises AwsError.
    """
    try:
        response = await door.call(
            "ce", "list_cost_allocation_tags", GLOBAL_REGION, TagKeys=[SITE_TAG], Status="Active"
        )
    except AwsError as error:
        if error.kind not in _UNSEEN:
            raise
        return False
    return any(tag["TagKey"] == SITE_TAG for tag in response.get("CostAllocationTags") or ())
