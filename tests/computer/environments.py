"""Environments of computers that people have, good and bad, drawn by a seed."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

CANARY: Final = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYCANARYKEYX"
"""A secret access key that no output may show."""

NOWHERE: Final = "http://127.0.0.1:9"
"""Refuses every connection, and so do proxies there."""

_KEYS: Final = f"aws_access_key_id = 111111111111\naws_secret_access_key = {CANARY}\n"
_SSO: Final = (
    "[profile ops]\nsso_session = corp\nsso_account_id = 111111111106\nsso_role_name = Ops\n"
    "region = eu-west-1\n"
)
_SESSION: Final = "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://x.example\n"

CONFIGS: Final[Mapping[str, bytes]] = {
    "none": b"",
    "plain": b"[default]\nregion = eu-west-1\n[profile ops]\nregion = eu-west-1\n",
    "bom": b"\xef\xbb\xbf[default]\r\nregion = eu-west-1\r\n[profile ops]\r\n",
    "utf-16": "[default]\nregion = eu-west-1\n[profile ops]\n".encode("utf-16"),
    "latin-1": b"# gr\xfc\xdfe\n[profile ops]\nregion = eu-west-1\n",
    "binary": b"\x00\x01\x02\xff\xfe" * 40,
    "inline": b"[profile ops]\nregion = eu-west-1  # Dublin\n",
    "twice": b"[profile ops]\nregion = a\n[profile ops]\nregion = b\n",
    "setting twice": b"[profile ops]\nregion = a\nregion = b\n",
    "no section": b"region = eu-west-1\n",
    "open bracket": b"[profile ops\nregion = eu-west-1\n",
    "no value": b"[profile ops]\nregion\n",
    "bare section": b"[ops]\nregion = eu-west-1\n",
    "nested": b"[profile ops]\ns3 =\n  addressing_style path\n",
    "code": b"[profile base]\n[profile ops]\nrole_arn = arn:aws:iam::111111111108:role/ops\n"
    b"source_profile = base\nmfa_serial = arn:aws:iam::111111111108:mfa/ops\n",
    "loop": b"[profile ops]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = b\n"
    b"[profile b]\nrole_arn = arn:aws:iam::1:role/b\nsource_profile = ops\n",
    "no source": b"[profile ops]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = gone\n",
    "role alone": b"[profile ops]\nrole_arn = arn:aws:iam::1:role/a\n",
    "both sources": b"[profile ops]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = b\n"
    b"credential_source = Environment\n[profile b]\n",
    "odd source": b"[profile ops]\nrole_arn = arn:aws:iam::1:role/a\ncredential_source = Moon\n",
    "half a key": b"[profile ops]\naws_access_key_id = 111111111111\n",
    "sso gone": _SSO.encode(),
    "sso": (_SESSION + _SSO).encode(),
    "sso half": (_SESSION + "[profile ops]\nsso_session = corp\nsso_role_name = Ops\n").encode(),
    "sso odd": (_SESSION + _SSO + "sso_start_url = https://other.example\n").encode(),
    "login": b"[profile ops]\nlogin_session = arn:aws:iam::111111111107:user/ops\n",
    "helper text": b"[profile ops]\ncredential_process = /bin/echo Sign in at https://corp.example\n",
    "helper fails": b'[profile ops]\ncredential_process = /bin/sh -c "echo expired >&2; exit 3"\n',
    "helper gone": b"[profile ops]\ncredential_process = /proc/gone/helper --json\n",
    "helper quote": b'[profile ops]\ncredential_process = /bin/echo "open\n',
    "helper list": b"[profile ops]\ncredential_process = /bin/echo []\n",
    "helper half": b"""[profile ops]\ncredential_process = /bin/echo '{"Version": 1}'\n""",
    "helper secret": (
        f"[profile ops]\ncredential_process = /bin/echo 'SecretAccessKey: {CANARY}'\n"
    ).encode(),
    "token file": b"[profile ops]\nweb_identity_token_file = /proc/gone/token\n"
    b"role_arn = arn:aws:iam::1:role/a\n",
    "token alone": b"[profile ops]\nweb_identity_token_file = /proc/gone/token\n",
    "ca gone": b"[profile ops]\nca_bundle = /proc/gone/ca.pem\n",
    "odd mode": b"[profile ops]\nretry_mode = never\ndefaults_mode = maybe\n",
    "odd region": b"[profile ops]\nregion = M\xc3\xbcnchen\n",
}
"""What ~/.aws/config may be."""

CREDENTIALS: Final[Mapping[str, bytes]] = {
    "none": b"",
    "good": f"[ops]\n{_KEYS}[base]\n{_KEYS}[default]\n{_KEYS}".encode(),
    "bom": f"\ufeff[default]\r\n{_KEYS}[ops]\r\n{_KEYS}".encode(),
    "utf-16": f"[ops]\n{_KEYS}".encode("utf-16"),
    "half": b"[ops]\naws_secret_access_key = x\n",
    "binary": b"\xff\x00" * 60,
    "quoted": f'[ops]\naws_access_key_id = "111 11"\naws_secret_access_key = "{CANARY}"\n'.encode(),
    "empty": b"[ops]\naws_access_key_id =\naws_secret_access_key = x\n",
    "temporary": b"[ops]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n",
    "letters": "[ops]\naws_access_key_id = schlüssel\naws_secret_access_key = x\n".encode(),
}

_Choices = Mapping[str, Sequence[str | None]]
VARIABLES: Final[_Choices] = {
    "LANG": (None, "C", "C.UTF-8", "de_DE.ISO-8859-1", "nonsense"),
    "LC_ALL": (None, None, "C", "POSIX"),
    "PYTHONUTF8": (None, None, "0", "1"),
    "PYTHONCOERCECLOCALE": (None, None, "0"),
    "PYTHONWARNINGS": (None, None, None, "error"),
    "PYTHONDEVMODE": (None, None, None, "1"),
    "PYTHONIOENCODING": (
        *(None, None, "utf-8", "utf-8:strict", "utf-8-sig", "ascii", "ascii:strict", "latin-1"),
        *("cp1252", "cp437", "cp850", "cp932", "koi8-r", "utf-16", "utf-16-le", "utf-32", "cp037"),
    ),
    "TERM": (None, "dumb", "xterm-256color", "", "nonsense"),
    "COLUMNS": (None, None, "0", "1", "-5", "20", "100000", "many"),
    "LINES": (None, "0", "many"),
    "NO_COLOR": (None, "1", ""),
    "FORCE_COLOR": (None, "1"),
    "ACCESSIBLE": (None, None, "1"),
    "TMPDIR": (None, None, "/proc/gone/tmp", "", "relative"),
    "PATH": ("/usr/bin:/bin", "/usr/bin:/bin", "", None),
    "HTTPS_PROXY": (
        *(None, None, None, NOWHERE, "127.0.0.1:9", "socks5://127.0.0.1:9", "socks4://x", ""),
        *("http://[bad", "http://user:p@ss:word@127.0.0.1:9", "http://:x", "ftp://x", "::", "ü"),
    ),
    "HTTP_PROXY": (None, None, NOWHERE, "http://h:port", "socks5h://127.0.0.1:9"),
    "ALL_PROXY": (None, None, "socks5://127.0.0.1:9", "socks5h://u:p@127.0.0.1:9", "nonsense"),
    "NO_PROXY": (None, None, "*", "127.0.0.1", "[::1", "http://[", ",,,", "*.example.com"),
    "AWS_CA_BUNDLE": (None, None, "/proc/gone/ca.pem", "/", "", " ", "/dev/null", "/etc/hostname"),
    "REQUESTS_CA_BUNDLE": (None, None, "/proc/gone/ca.pem", "/etc"),
    "SSL_CERT_FILE": (None, None, "/proc/gone/ca.pem", "/", "/etc/hostname", ""),
    "SSL_CERT_DIR": (None, None, "/proc/gone/certs", "/dev/null"),
    "SSLKEYLOGFILE": (None, None, None, "/proc/gone/keys.log", "/"),
    "SOLARRALLY_CA_FILE": (None, None, "/proc/gone/ca.pem", "/", "/dev/null"),
    "SOLARRALLY_HOSTS_FILE": (None, None, "/proc/gone/hosts", "/", "/dev/null"),
    "SOLARRALLY_DNS": (None, None, "127.0.0.1:9", "nonsense", ":", "host:port"),
    "SOLARRALLY_PACE": (None, None, "0", "-1", "nan", "inf", "fast"),
    "PYTHON_KEYRING_BACKEND": (
        *("keyring.backends.null.Keyring", "keyring.backends.fail.Keyring", "gone.Keyring"),
        *("", "keyring.backends.null.Gone", "os.path"),
    ),
    "DBUS_SESSION_BUS_ADDRESS": (None, "unix:path=/proc/gone", "nonsense"),
    "XDG_STATE_HOME": (None, None, "/proc/gone/state", "/dev/null", "relative", ""),
    "XDG_DATA_HOME": (None, None, "/dev/null/x"),
    "XDG_CACHE_HOME": (None, None, "/dev/null/x"),
    "XDG_CONFIG_HOME": (None, None, "/dev/null/x", "/proc/gone"),
    "AWS_PROFILE": (None, "ops", "ops", "default", "nobody", "", "größe", "a b"),
    "AWS_DEFAULT_PROFILE": (None, None, None, "ops", "nobody"),
    "AWS_REGION": (None, "eu-west-1", "us-east-1", "", " ", "eu-west-1 ", "nowhere", "ü", "a/b"),
    "AWS_DEFAULT_REGION": (None, "eu-west-1", "", "eu-west-1  # Dublin"),
    "AWS_CONFIG_FILE": (
        None,
        None,
        None,
        "/proc/gone/config",
        "/",
        "",
        "~nobody/config",
        "$HOME/x",
    ),
    "AWS_SHARED_CREDENTIALS_FILE": (None, None, None, "/proc/gone/credentials", "/dev/full"),
    "AWS_ACCESS_KEY_ID": (None, None, None, "111111111111", "", "schlüssel", "a\nb", "a b"),
    "AWS_SECRET_ACCESS_KEY": (None, CANARY, CANARY, ""),
    "AWS_SESSION_TOKEN": (None, None, "token", "two\nlines", "ü"),
    "AWS_CREDENTIAL_EXPIRATION": (None, None, None, "soon", "2020-01-01T00:00:00Z"),
    "AWS_ENDPOINT_URL": (
        *(NOWHERE, NOWHERE, NOWHERE, "https://127.0.0.1:9", "nonsense", "ftp://x", "http://["),
        *("http://ü", "127.0.0.1:9", "http://127.0.0.1:port"),
    ),
    "AWS_RETRY_MODE": (None, None, None, "never"),
    "AWS_MAX_ATTEMPTS": (None, None, None, "many", "-1"),
    "AWS_DEFAULTS_MODE": (None, None, None, "maybe"),
    "AWS_STS_REGIONAL_ENDPOINTS": (None, None, None, "maybe"),
    "AWS_USE_FIPS_ENDPOINT": (None, None, None, "true", "maybe"),
    "AWS_USE_DUALSTACK_ENDPOINT": (None, None, None, "true"),
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": (None, None, None, "maybe"),
    "AWS_METADATA_SERVICE_TIMEOUT": (None, None, None, "soon"),
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": (None, None, None, "http://127.0.0.1:9", "http://x", ":"),
    "AWS_WEB_IDENTITY_TOKEN_FILE": (None, None, None, "/proc/gone/token", "/"),
    "AWS_ROLE_ARN": (None, None, None, "arn:aws:iam::111111111111:role/x", "nonsense"),
    "AWS_CSM_ENABLED": (None, None, None, "true"),
    "AWS_CSM_PORT": (None, None, None, "port"),
    "AWS_SIGV4A_SIGNING_REGION_SET": (None, None, None, "*"),
    "AWS_REQUEST_CHECKSUM_CALCULATION": (None, None, None, "maybe"),
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": (None, None, None, "maybe"),
}
"""What variables may be, None for not set. What is often so is there several times."""

CALM: Final = 0.45
"""Share of variables that an environment leaves alone: with all of them odd, the first one hides
the others."""

HOMES: Final = ("good", "good", "good", "not set", "empty", "gone", "a file", "nowhere", "letters")
OUTPUTS: Final = ("pipe",) * 8 + ("full", "left", "closed out", "closed err", "closed in", "closed")
ACCOUNTS: Final = ("as it is",) * 5 + ("works", "clock", "refused")


@dataclass(frozen=True, slots=True)
class Environment:
    """One computer."""

    number: int
    variables: Mapping[str, str]
    home: str
    """One of HOMES."""
    output: str
    """One of OUTPUTS: where standard output and error lead."""
    account: str
    """One of ACCOUNTS: whether a simulated account answers, and how."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Below the home folder."""
    tokens: bool = False


def drawn(seed: int, number: int) -> Environment:
    """Return one environment. The same numbers give the same one."""
    dice = random.Random(f"{seed}/{number}")
    variables = {}
    for name, choices in VARIABLES.items():
        value = choices[0] if dice.random() < CALM else dice.choice(choices)
        if value is not None:
            variables[name] = value
    if dice.random() < 0.5:
        variables.pop("AWS_CONFIG_FILE", None)
    variables["AWS_EC2_METADATA_DISABLED"] = "true"
    files = {
        ".aws/config": _bent(dice, CONFIGS[dice.choice(tuple(CONFIGS))]),
        ".aws/credentials": _bent(dice, CREDENTIALS[dice.choice(tuple(CREDENTIALS))]),
        ".config/python_keyring/keyringrc.cfg": dice.choice(
            (b"", b"", b"[backend]\ndefault-keyring=gone.Keyring\n", b"[backend\n", b"\xff\xfe\x00")
        ),
        ".local/share/solarrally/prices.json": dice.choice((b"", b"", b"{", b"[]", b"\xff")),
        ".local/state/solarrally/durations.json": dice.choice((b"", b"", b"[1]", b'{"a": "b"}')),
        ".aws/sso/cache/bd8d8d5d8b9e4e8e1e5ea1d0.json": dice.choice((b"", b"{", b"[]")),
    }
    return Environment(
        number,
        variables,
        dice.choice(HOMES),
        dice.choice(OUTPUTS),
        dice.choice(ACCOUNTS),
        {name: content for name, content in files.items() if content},
    )


def _bent(dice: random.Random, content: bytes) -> bytes:
    """Return a file as it is, or with one byte changed, or cut off."""
    if not content or dice.random() < 0.7:
        return content
    at = dice.randrange(len(content))
    if dice.random() < 0.5:
        return content[:at]
    return content[:at] + bytes([dice.randrange(256)]) + content[at + 1 :]
