"""What the build repairs, in words for people. A test compares it with the build's own list."""

from typing import Final

from solarrally_tui.screens.ports import Fix

FIXES: Final = (
    Fix("user-model-uuid", "the backend starts: the user table gets its key"),
    Fix("jwt-strategy", "sign-in works with the pinned library"),
    Fix("bcrypt-pin", "people can register: a version that fits"),
    Fix("sql-echo-off", "database statements stay out of the log"),
    Fix("dockerfile-base-images", "base images come from AWS, without pull limits"),
    Fix("rds-ca-bundle", "the database's certificate is verified"),
    Fix("dockerignore", "secrets of a checkout stay out of the image"),
    Fix("firebase-mock-replaced", "the page shows real figures, not made-up ones"),
    Fix("websocket-address", "the page calls your site, not localhost"),
    Fix("websocket-reconnect", "the page comes back after an update"),
)
