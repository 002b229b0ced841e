"""Causes that the lines of logs show, in the words of the programs that print them.

Each rule says which program prints its words and how that was checked: measured (the program was
run and broken), source (its source was read), documented, or not checked.
"""

from typing import Final

from solarrally_tui.health.diagnosis.rules.rule import (
    AGAIN,
    LIKELY,
    NEAR,
    POSSIBLE,
    SYMPTOM,
    Rule,
)

_APPLICATION: Final = "SolarRally, observed behaviour of the backend"
_MEASURED: Final = "measured: asyncpg 0.32 with uvloop 0.23, SQLAlchemy 2.1, PostgreSQL 15"
_MOSQUITTO: Final = "mosquitto log"
_DATABASE: Final = r"asyncpg|psycopg|sqlalchemy|postgres"
_MQTT: Final = r"paho|aiomqtt|asyncio_mqtt|gmqtt|amqtt|mqtt"
_NOT_REACHED: Final = (
    r"^(?:[\w.]+\.)?TimeoutError(?::\s.*)?$|^(?:socket\.)?gaierror: "
    r"|^ConnectionRefusedError: |^ConnectionResetError: |^BrokenPipeError: "
    r"|^OSError: (?:\[Errno (?:-2|-3|-5|101|104|110|111|113)\]|Multiple exceptions)"
    r"|^ConnectionAbortedError: "
)
"""The last lines of tracebacks that every client of a network may end with (Python, errno)."""

REJECTED: Final = (
    "Give one of its messages to solarrally chargers check: it says what is wrong. The README.txt "
    "of each charger and docs/chargers.md have a valid message."
)

LOGS: Final = (
    # Before the database's own, whose server may say the same of its own disk.
    Rule(
        id="task-disk-full",
        kinds=("log", "task"),
        what="The disk of a task is full.",
        next="Find out what the application writes to /tmp, and restart the tasks: their disk is "
        "empty again then. " + AGAIN,
        source="Linux, ENOSPC; ECS developer guide, Fargate task storage",
        words=r"\[Errno 28\]|\(28: No space left|CannotPull.*no space left on device",
        printed_by="Python, nginx, ECS",
        checked="documented: errno(3)",
    ),
    Rule(
        id="database-full",
        kinds=("database", "database-event", "log"),
        what="The database storage is full.",
        next="Raise the storage in the site file and deploy, or choose Modify in the RDS "
        "console. RDS grows automatically only up to the maximum in the site file.",
        source="RDS user guide, Viewing Amazon RDS DB instance status; PostgreSQL, 53100",
        words=r"(?i)storage-full|(?:storage|space).{0,60}(?:full|exhausted|exceed)"
        r"|No space left on device|DiskFullError|\b53100\b",
        printed_by="RDS, PostgreSQL, asyncpg",
        checked="source: asyncpg 0.32 exceptions, PostgreSQL 15 md.c",
    ),
    Rule(
        id="database-password",
        kinds=("log",),
        what="The database rejects the application's password.",
        next="Run solarrally rotate {site}. It sets one new password for both and "
        "replaces the tasks.",
        source="PostgreSQL, error code 28P01 invalid_password",
        words=r"(?i)password authentication failed|InvalidPasswordError|28P01"
        r'|role "[^"]*" (?:does not exist|is not permitted to log in)',
        printed_by="PostgreSQL, asyncpg, psycopg",
        checked=_MEASURED,
    ),
    Rule(
        id="database-encryption",
        kinds=("log",),
        what="The database and the application do not agree on encryption or on who may connect.",
        next="The database takes encrypted connections from the tasks only (rds.force_ssl). Check "
        "PGSSLMODE of the task definition, and the parameter group of the database. " + AGAIN,
        source="PostgreSQL, error code 28000; RDS user guide, Requiring an SSL connection",
        words=r"(?i)no pg_hba\.conf entry|pg_hba\.conf rejects|rejected SSL upgrade"
        r"|does not support SSL, but SSL was required|InvalidAuthorizationSpecificationError"
        r"|no encryption\b|SSL (?:connection )?is required",
        printed_by="PostgreSQL, asyncpg, psycopg",
        checked=_MEASURED,
    ),
    Rule(
        id="database-connections",
        kinds=("log",),
        what="The database has no connection left for the application.",
        next="Look for what else connects to it, and for more tasks than its class allows. "
        "Restarting the tasks closes connections that nobody uses. A larger database class allows "
        "more.",
        source="PostgreSQL, error code 53300 too_many_connections",
        words=r"(?i)too many (?:clients|connections)|TooManyConnectionsError|\b53300\b"
        r"|remaining connection slots are reserved",
        printed_by="PostgreSQL, asyncpg, psycopg",
        checked=_MEASURED,
    ),
    Rule(
        id="database-pool",
        kinds=("log",),
        what="The application waits for one of its database connections and gets none.",
        next="Its connections are all in use: by slow statements, or by requests that hang after a "
        "failover. See the slow queries (solarrally diagnose lists them), and restart the tasks.",
        source="SQLAlchemy, error code 3o7r",
        words=r"(?i)QueuePool limit of size|sqlalche\.me/e/\d+/3o7r|pool timeout|PoolTimeout",
        sure=LIKELY,
        printed_by="SQLAlchemy",
        checked=_MEASURED,
    ),
    Rule(
        id="database-restarting",
        kinds=("log",),
        what="The database is starting, stopping or recovering, and takes no statements yet.",
        next="After a restart or a failover, the application connects again within minutes. If it "
        "stays so, see the evidence of the database and restart the tasks.",
        source="PostgreSQL, error codes 57P01, 57P02, 57P03 and 25006",
        words=r"(?i)the database system is|not (?:yet )?accepting connections|CannotConnectNowError"
        r"|AdminShutdownError|CrashShutdownError|terminating connection (?:due to|because of)"
        r"|ReadOnlySQLTransactionError|in a read-only transaction|\b57P0[123]\b|\b25006\b"
        r"|canceling statement due to conflict with recovery",
        sure=LIKELY,
        printed_by="PostgreSQL, asyncpg, psycopg",
        checked=f"{_MEASURED}; 57P0x: source, asyncpg 0.32 exceptions",
    ),
    Rule(
        id="database-missing",
        kinds=("log",),
        what="The database server does not have the application's database.",
        next="Check PGDATABASE of the task definition against DbName in the stack data. "
        "If somebody dropped it, restore it from a snapshot.",
        source="PostgreSQL, error code 3D000 invalid_catalog_name",
        words=r'(?i)database "[^"]*" does not exist|InvalidCatalogNameError|\b3D000\b',
        printed_by="PostgreSQL, asyncpg, psycopg",
        checked=_MEASURED,
    ),
    Rule(
        id="database-schema",
        kinds=("log",),
        what="The tables in the database are not those that the application expects.",
        next="The application creates tables when it starts, and changes none that exist. Deploy "
        "the version that fits the data, or import a dump that fits the version.",
        source="PostgreSQL, error codes 42P01, 42703 and 42704",
        words=r'(?i)(?:relation|column|type|function|schema) "{0,1}[\w.]+"{0,1} does not exist'
        r"|Undefined(?:Table|Column|Object|Function)Error|\b42P01\b|\b42703\b|DuplicateTableError",
        sure=LIKELY,
        printed_by="PostgreSQL, asyncpg, psycopg",
        checked=_MEASURED,
    ),
    Rule(
        id="database-permission",
        kinds=("log",),
        what="The application's database user may not do what the application does.",
        next="Somebody has given tables to another owner. Make the site's user "
        "their owner again, or import the dump without owners (pg_dump --no-owner).",
        source="PostgreSQL, error code 42501 insufficient_privilege",
        words=r"(?i)permission denied for (?:table|schema|database|relation|sequence|function)"
        r"|InsufficientPrivilegeError|must be owner of|\b42501\b",
        printed_by="PostgreSQL, asyncpg, psycopg",
        checked=_MEASURED,
    ),
    Rule(
        id="database-slow",
        kinds=("log",),
        what="The database does not finish statements in time.",
        next="See the slow queries (solarrally diagnose lists them), the processor and the storage "
        "of the database. A larger database class helps where every statement is slow.",
        source="PostgreSQL, error codes 57014, 55P03 and 40P01",
        words=r"(?i)canceling statement due to (?:statement|lock) timeout|QueryCanceledError"
        r"|LockNotAvailableError|DeadlockDetectedError|deadlock detected|\b57014\b",
        sure=LIKELY,
        printed_by="PostgreSQL, asyncpg, psycopg",
        checked=_MEASURED,
    ),
    Rule(
        id="migration-failed",
        kinds=("log",),
        what="The application could not bring its tables to the version that it needs.",
        next="Show the line to the maintainer of the source. Deploy the version before, or restore "
        "the snapshot from before the update.",
        source="Alembic, messages of its commands",
        words=r"(?i)alembic\.util\.(?:exc\.)?CommandError|Can't locate revision identified by"
        r"|Multiple head revisions|Target database is not up to date",
        printed_by="Alembic",
        checked="not checked: the pinned application has no migrations",
    ),
    Rule(
        id="database-untrusted",
        kinds=("log",),
        what="The application does not trust the certificate of its database.",
        next="Check that the image contains Amazon's RDS certificate authorities and that nothing "
        "between the tasks and the database replaces certificates. " + AGAIN,
        source=_APPLICATION + "; RDS user guide, Using SSL/TLS to encrypt a connection",
        words=r"SSLCertVerificationError|CERTIFICATE_VERIFY_FAILED|ssl\.SSLError: |SSLEOFError"
        r"|SSLZeroReturnError|certificate verify failed(?!.*client local)(?!$)"
        r"|root certificate file .{0,80}does not exist",
        within=_DATABASE,
        sure=LIKELY,
        printed_by="Python ssl through uvloop, psycopg",
        checked="measured: the application as pinned, against another authority",
    ),
    Rule(
        id="database-unreachable",
        kinds=("log",),
        what="The application cannot reach its database.",
        next="See the evidence of the database. If it is available, check that its "
        "security group allows the tasks in on port 5432.",
        source=_APPLICATION,
        words=r"(?i)\b5432\b.*(?:refused|timed? ?out|unreachable)|(?:refused|timed? ?out).*\b5432\b"
        r"|could not translate host name|failed to resolve host"
        r"|connection (?:was closed|to server|is closed).{0,80}(?:failed|closed|lost|operation|$)"
        r"|ConnectionDoesNotExist|unexpected connection_lost"
        r"|(?:TimeoutError|OSError|gaierror).{0,80}asyncpg"
        r"|server closed the connection unexpectedly"
        r"|could not (?:receive data from|connect to) server"
        r"|SSL connection has been closed unexpectedly|InterfaceError.{0,60}connection is closed"
        r"|rds\.amazonaws\.com.{0,60}(?:fail|not known)|connection timeout expired"
        r'|"DatabaseReachable": 0\b'
        # The last lines of the backend's traceback, which connects to nothing else when it starts.
        rf"|{_NOT_REACHED}",
        within=_DATABASE,
        sure=LIKELY,
        printed_by="Python through uvloop or asyncio, asyncpg, psycopg, libpq",
        checked="measured: the application as pinned; asyncpg 0.32, psycopg 3.3",
    ),
    Rule(
        id="telemetry-was-rejected",
        kinds=("log",),
        what="The application rejected messages of chargers in the last half hour.",
        next=REJECTED,
        source="SolarRally, utils/mqtt_client.py",
        words=r"Invalid telemetry data received from|Failed to parse JSON from MQTT message",
        depth=SYMPTOM,
        printed_by="SolarRally's backend",
        checked="source: utils/mqtt_client.py at c8661384; measured: application run as pinned",
    ),
    Rule(
        id="broker-unreachable",
        kinds=("log",),
        what="The application cannot reach its own MQTT broker.",
        next="Read the lines of the container broker in the application log: it runs beside the "
        "backend in each task, on port 1883.",
        source=_APPLICATION,
        words=r"(?i)mqtt.{0,80}(?:refused|timed? ?out|failed|lost|unreachable|not connected|error)"
        rf"|(?:{_NOT_REACHED})",
        within=_MQTT,
        sure=LIKELY,
        depth=NEAR,
        printed_by="aiomqtt, paho-mqtt",
        checked="not checked: the words differ by version",
    ),
    Rule(
        id="connection-failed",
        kinds=("log",),
        what="The application cannot reach something that it connects to.",
        next="The files of the traceback in the log say what. Check the outbound access of the "
        "tasks: DNS, NAT or public addresses, security group.",
        source="Python, errno",
        words=rf"{_NOT_REACHED}|CERTIFICATE_VERIFY_FAILED",
        # A browser that goes away ends in the same words.
        within=r"\A(?![\s\S]*(?:websockets/|uvicorn/protocols|wsproto/))",
        sure=POSSIBLE,
        depth=NEAR,
        printed_by="Python",
        checked="documented: Python, built-in exceptions",
    ),
    Rule(
        id="broker-configuration",
        kinds=("log",),
        what="The MQTT broker does not accept its configuration or its certificate files.",
        next="If somebody changed the bridge's secret, run solarrally deploy: it creates another "
        "certificate. Else show the line to the maintainer of the image.",
        source=f"{_MOSQUITTO}; mosquitto.conf",
        words=r"Unable to load (?:client|CA|server|bridge) ?(?:certificate|key)|Unable to load CA"
        r"|certificate/key are inconsistent|Error: Invalid bridge configuration"
        r"|Unknown configuration variable|^Error found at|Error: Unable to open config"
        r"|client is not currently connected|(?:BIO|SSL) routines::system lib"
        r"|PEM routines::no start",
        printed_by="mosquitto",
        checked="source: mosquitto 2.0.22 net_mosq.c, conf.c; measured: 2.0.11",
    ),
    Rule(
        id="bridge-refused",
        kinds=("log", "iot"),
        what="AWS IoT rejects the tasks' MQTT bridge.",
        next="Check the certificate and the policy of the bridge in AWS IoT. If the "
        "certificate is gone, solarrally deploy creates a new one.",
        source=f"{_MOSQUITTO}; AWS IoT developer guide, CloudWatch log entries",
        words=r"(?i)connection refused: (?:not authori[sz]ed|identifier rejected|bad user|banned|"
        r"unacceptable protocol|client identifier|bad authentication|unknown reason)"
        r"|client local\.\S+ disconnected, not authori[sz]ed"
        r"|(?:sslv3|tlsv1|tlsv13|ssl/tls) alert|AUTHORIZATION_FAILURE",
        sure=LIKELY,
        printed_by="mosquitto, OpenSSL, AWS IoT",
        checked="source: mosquitto 2.0.22 handle_connack.c, OpenSSL 3 ssl_err.c",
    ),
    Rule(
        id="bridge-untrusted",
        kinds=("log",),
        what="The MQTT bridge does not trust the certificate of AWS IoT.",
        next="Check that nothing between the tasks and AWS IoT replaces certificates, and that the "
        "image contains Amazon Root CA 1. " + AGAIN,
        source=f"{_MOSQUITTO}; AWS IoT developer guide, Server authentication",
        words=r"(?i)OpenSSL Error.*certificate verify failed|A TLS error occurred"
        r"|TLS handshake failed|host ?name verification failed"
        r"|OpenSSL Error.*(?:wrong version number|unexpected eof|no protocols available)",
        sure=LIKELY,
        printed_by="mosquitto, OpenSSL",
        checked="measured: mosquitto 2.0.22; source: tls_mosq.c",
    ),
    Rule(
        id="bridge-unreachable",
        kinds=("log",),
        what="The MQTT bridge cannot reach AWS IoT.",
        next="Check the endpoint of AWS IoT, and the outbound access of the tasks: DNS, NAT or "
        "public addresses, and port 8883 of the security group.",
        source=_MOSQUITTO,
        words=r"(?i)Error (?:resolving|creating) bridge|Unable to connect to bridge"
        r"|Error in initial bridge registration|Unable to resolve bridge"
        r"|Client local\.\S+ (?:disconnected: (?:Connection|No route|Network|Host|Broken|Operation)"
        r"|has exceeded timeout)|Connection Refused: broker unavailable"
        r"|Connection Refused: server (?:unavailable|busy)"
        r"|Bad socket read/write on client local\.\S+: (?:The connection|Lookup|DNS|Keepalive)"
        # Nothing but new tries: packets are dropped.
        r'|^(?:\S+: )?Connecting bridge|"BridgeLinked": 0\b',
        sure=LIKELY,
        printed_by="mosquitto",
        checked="measured: mosquitto 2.0.22; source: bridge.c, loop.c, handle_connack.c",
    ),
    Rule(
        id="bridge-closed",
        kinds=("log",),
        what="AWS IoT closes the connection of the tasks' MQTT bridge.",
        next="Check in AWS IoT that the bridge's certificate is active, and that its policy allows "
        "the client id. If the certificate is gone, solarrally deploy creates a new one.",
        source=f"{_MOSQUITTO}; AWS IoT developer guide, Connect policy action",
        words=r"(?i)Client local\.\S+ (?:closed its connection|disconnected: Protocol error"
        r"|disconnected due to (?:protocol error|malformed packet))",
        sure=LIKELY,
        depth=NEAR,
        printed_by="mosquitto",
        checked="measured: mosquitto 2.0.22; source: loop.c do_disconnect",
    ),
    Rule(
        id="port-in-use",
        kinds=("log",),
        what="A program in the task cannot listen: its port is in use.",
        next="Two containers of the task, or two programs in one, want the same port. Check the "
        "command and the ports in the task definition. " + AGAIN,
        source="Linux, EADDRINUSE",
        words=r"(?i)address (?:already )?in use|\[Errno 98\]|\(98: ",
        printed_by="uvicorn, nginx, mosquitto",
        checked="measured: uvicorn 0.54, mosquitto 2.0.11",
    ),
    Rule(
        id="web-server-configuration",
        kinds=("log",),
        what="The web server does not start with its configuration.",
        next="The line names the file and what it does not accept. Correct it in the source, or "
        "choose another version (application.commit in the site file).",
        source="nginx, log levels",
        words=r"\[emerg\]|nginx: configuration file .* test failed",
        printed_by="nginx",
        checked="not checked: no image of the product has nginx",
    ),
    Rule(
        id="upstream-unreachable",
        kinds=("log",),
        what="The web server cannot reach the application behind it.",
        next="Read the application's own lines: it has stopped, or does not listen yet.",
        source="nginx, ngx_http_upstream_module",
        words=r"(?i)while connecting to upstream|upstream timed out|no live upstreams"
        r"|upstream prematurely closed",
        sure=LIKELY,
        depth=NEAR,
        printed_by="nginx",
        checked="not checked: no image of the product has nginx",
    ),
    Rule(
        id="start-command-missing",
        kinds=("log", "task", "container"),
        what="A container cannot start its program: the image does not have it, or may not run it.",
        next="Check the command of the task definition against the image. If you gave the image "
        "yourself, it must have the application's own layout (solarrally source check).",
        source="ECS developer guide, CannotStartContainerError; runc",
        words=r"(?i)executable file not found|OCI runtime (?:create|exec) failed"
        r"|CannotStartContainerError|exec: .{0,80}(?:no such file|permission denied)"
        r"|can't open file '[^']*'|No such file or directory: '[^']*(?:uvicorn|python)",
        printed_by="runc, containerd, Python",
        checked="documented: ECS developer guide, stopped task errors",
    ),
    Rule(
        id="file-refused",
        kinds=("log",),
        what="The application may not write where it tries to.",
        next="The containers have a read-only file system and write to /tmp only. Show the line to "
        "the maintainer of the source. solarrally source check lists known defects.",
        source="Linux, EACCES and EROFS; blueprints/app",
        words=r"\[Errno (?:13|30)\]|(?i:read-only file system)|\((?:13|30): ",
        sure=LIKELY,
        printed_by="Python, nginx",
        checked="documented: errno(3)",
    ),
    Rule(
        id="too-many-files",
        kinds=("log",),
        what="A program in the task has no file or connection left: it has opened too many.",
        next="Restart the tasks. If it returns, connections leak: show the log to the maintainer "
        "of the source.",
        source="Linux, EMFILE",
        words=r"(?i)\[Errno 24\]|too many open files",
        printed_by="Python, nginx, mosquitto",
        checked="documented: errno(3)",
    ),
    Rule(
        id="setting-missing",
        kinds=("log",),
        what="The application stops because a setting that it needs is missing or not valid.",
        next="The line names the setting. Check the environment and the secrets in the task "
        "definition against what this version of the application reads.",
        source="pydantic-settings; Python, os.environ",
        words=r"(?i)validation errors? for \w*(?:Settings|Config)|^KeyError: '[A-Z][A-Z0-9_]{2,}'$"
        r"|environment variable .{0,60}(?:not set|missing|required)",
        sure=LIKELY,
        printed_by="pydantic, Python",
        checked="not checked",
    ),
    Rule(
        id="code-broken",
        kinds=("log",),
        what="The application stops with an error in its own code.",
        next="Show the log line to the maintainer of the source, or choose another "
        "version (application.commit in the site file). solarrally source check lists known "
        "defects.",
        source=_APPLICATION,
        words=r"\b(?:ImportError|ModuleNotFoundError|SyntaxError|IndentationError|ArgumentError"
        r"|NameError)\b|Error loading ASGI app|Could not import module",
        sure=LIKELY,
        printed_by="Python, uvicorn",
        checked="measured: uvicorn 0.54, the application as pinned",
    ),
)
