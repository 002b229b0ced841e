"""Why a site is not well: evidence gathered from the account, and causes ranked by rules."""
