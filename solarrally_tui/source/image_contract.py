"""What an image must provide that was built without our build."""

from collections.abc import Iterator

from solarrally_tui.source.backend_task import task
from solarrally_tui.text.table import fit


def text() -> str:
    """Return the contract of the image as lines, from what a task really does."""
    return fit("\n".join(_lines()))


def _lines() -> Iterator[str]:
    backend = task()
    yield "What an image must provide to run in a site"
    yield ""
    yield "Start"
    yield f"  A task runs: {' '.join(backend.command)}"
    yield "  So the image has uvicorn, its working folder has main, and main has app."
    yield "  Its platform is linux/arm64 or linux/amd64, as size.architecture says."
    yield "  It runs as any user with a read-only root file system; only /tmp can be written."
    yield "  It runs one worker. More tasks replace more workers."
    yield ""
    yield "Files"
    yield "  /app/rds-ca.pem: the certificate authorities of Amazon RDS, from"
    yield "    https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
    yield "  No .env file: the backend would read it, and it holds passwords."
    yield ""
    yield "Environment variables that a task sets"
    yield f"  values: {', '.join(backend.variables)}"
    yield f"  from secrets: {', '.join(backend.secrets)}"
    yield "  DATABASE_URL names no host; asyncpg takes the rest from the PG variables."
    yield "  No other variable is set, so everything else needs a default."
    yield ""
    yield "What it answers"
    yield f"  GET /health on port {backend.port}: status 200, JSON with mqtt_connected."
    yield "  WebSocket /ws/live: each telemetry message, with unit_id."
    yield "  It answers within two minutes of its start."
    yield ""
    yield "What it does"
    yield "  It subscribes to evse/+/telemetry on the broker beside it: plain MQTT, no password."
    yield (
        "  Its Python has asyncpg and paho-mqtt, and db.database and models.user as SolarRally's "
        "backend has them: a task that runs once creates the first administrator with them."
    )
    yield "  It exits with an error when it cannot work; Amazon ECS starts it again."
    yield "  It stops within 30 seconds of SIGTERM."
    yield ""
    yield "Where it may be"
    yield "  application.image names it by digest: registry/name@sha256:..., never by a tag."
    yield (
        "  In a public registry on port 443, or in Amazon ECR of this or another account. Another "
        "account's repository needs a policy that lets the site's account pull. Registries that "
        "ask for a password are not supported."
    )
    yield (
        "  The MQTT broker is mirrored, and the web page is built from application.repository at "
        "application.commit, as without an image."
    )
    yield ""
    yield "solarrally source check shows which of these a source does not meet."
