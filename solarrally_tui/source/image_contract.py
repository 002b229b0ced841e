"""What an image must bring that somebody builds without our build."""

from collections.abc import Iterator

from solarrally_tui.source.backend_task import task
from solarrally_tui.text.table import fit


def text() -> str:
    """Return the contract of the image as lines, made from what a task really does."""
    return fit("\n".join(_lines()))


def _lines() -> Iterator[str]:
    told = task()
    yield "What an image must bring to run in a site"
    yield ""
    yield "Start"
    yield f"  A task runs: {' '.join(told.command)}"
    yield "  So the image has uvicorn, its working folder has main, and main has app."
    yield "  Its platform is linux/arm64 or linux/amd64, as size.architecture says."
    yield "  It runs as any user, with a root folder that is read only; only /tmp takes files."
    yield "  It runs with one worker. More tasks take the place of more workers."
    yield ""
    yield "Files"
    yield "  /app/rds-ca.pem: the authorities of Amazon RDS, from"
    yield "    https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
    yield "  No .env file: it would be read, and it holds passwords."
    yield ""
    yield "Settings that a task gives"
    yield f"  values: {', '.join(told.variables)}"
    yield f"  from secrets: {', '.join(told.secrets)}"
    yield "  DATABASE_URL names no host; asyncpg takes the rest from the PG variables."
    yield "  No other variable is set, so everything else has a default."
    yield ""
    yield "What it answers"
    yield f"  GET /health on port {told.port}: status 200, JSON with mqtt_connected true or false."
    yield "  WebSocket /ws/live: each telemetry message, with unit_id."
    yield "  It answers within two minutes of its start."
    yield ""
    yield "What it does"
    yield "  It subscribes to evse/+/telemetry on the broker beside it, plain MQTT, no password."
    yield (
        "  Its Python has asyncpg and paho-mqtt, and db.database and models.user as SolarRally's "
        "backend has them: a task that runs once creates the first administrator with them."
    )
    yield "  It ends with an error when it cannot work; Amazon ECS starts it again."
    yield "  It stops within 30 seconds of SIGTERM."
    yield ""
    yield "Where it may be"
    yield "  application.image names it by digest: registry/name@sha256:..., never by a tag."
    yield (
        "  A public registry on port 443, or Amazon ECR of this or another account. Another "
        "account's repository needs a policy that lets the site's account pull. Registries that "
        "ask for a password are not supported."
    )
    yield (
        "  The MQTT broker is mirrored, and the web page is built from application.repository at "
        "application.commit, as without an image."
    )
    yield ""
    yield "solarrally source check shows which of these a source does not meet."
