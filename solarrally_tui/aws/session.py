"""boto3 sessions and clients. The only module that imports boto3."""

import getpass
import logging
import os
import re
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache, cached_property
from typing import Any, Final, TypeVar

import boto3
import botocore
import botocore.config
import botocore.credentials
import botocore.exceptions
import botocore.loaders
import botocore.parsers
import botocore.session
import botocore.utils

from solarrally_tui.aws import config_files, credential_helper, local_problems  # noqa: F401 helpers are put in place
from solarrally_tui.aws.errors import AwsError, Kind, LocalError
from solarrally_tui.aws.gc_pauses import loading
from solarrally_tui.aws.keys import AssumedRole, Keys, Secret
from solarrally_tui.aws.local_problems import CodeNeededError
from solarrally_tui.computer import proxies, trust
from solarrally_tui.computer.problem import ComputerError
from solarrally_tui.text.plain import Plain

_CONFIG: Final = botocore.config.Config(
    connect_timeout=5,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 1},
    user_agent_extra="solarrally-tui",
    max_pool_connections=48,
)
"""Short time-outs in seconds. The door tries again (aws/patience.py)."""

_SIGN_IN_CONFIG: Final = _CONFIG.merge(
    botocore.config.Config(retries={"mode": "standard", "total_max_attempts": 4})
)
"""For calls that no door makes."""


_T = TypeVar("_T")
_ACCOUNT_AND_ADDRESS: Final = re.compile(r"(?<=//)\d{12}\.(?=\d+\.\d+\.\d+\.\d+[:/])")


for _noisy in ("boto3", "botocore", "urllib3"):
    # At DEBUG these write tokens and signatures, whoever asks for such a log.
    logging.getLogger(_noisy).setLevel(logging.INFO)


class Clients:
    """Creates boto3 clients, one for each service and Region. Thread-safe."""

    def __init__(
        self,
        profile: str | None,
        region: str | None,
        keys: Keys | None = None,
        role: AssumedRole | None = None,
        *,
        asks_codes: bool = True,
    ) -> None:
        """asks_codes: whether a profile with an MFA device may ask for its code in the terminal."""
        self._keys = keys
        self._asks_codes = asks_codes
        self._role = role
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str, bool], Any] = {}
        self._reading = threading.Lock()
        self._checked: set[str] = set()
        self._profile = profile
        self._region = region

    @cached_property
    def _session(self) -> boto3.Session:
        return self._here("open", self._opened)

    def _opened(self) -> boto3.Session:
        session = boto3.Session(profile_name=self._profile, region_name=self._region)
        providers = session._session.get_component("credential_provider")  # noqa: SLF001
        prompter = _ask_code if self._asks_codes else _ask_no_code
        providers.get_provider("assume-role")._prompter = prompter  # noqa: SLF001
        # Each session would read AWS's models again: most of what a client costs.
        models = _models(session._session.get_config_variable("data_path"))  # noqa: SLF001
        session._session.register_component("data_loader", models)  # noqa: SLF001
        parsers = session._session.get_component("response_parser_factory")  # noqa: SLF001
        parsers.set_parser_defaults(timestamp_parser=moment)
        if self._keys is not None:
            session._session._credentials = _explicit(self._keys)  # noqa: SLF001 see _explicit
        if self._role is not None:
            session._session._credentials = _assuming(session, self._role)  # noqa: SLF001 see _explicit
        return session

    @property
    def can_sign_in_again(self) -> bool:
        """Whether the credentials may change while this process runs."""
        fixed = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} & os.environ.keys()
        return self._keys is None and (bool(self._profile) or not fixed)

    def forget(self) -> None:
        """Read profiles and credentials again at the next call: somebody has signed in anew."""
        with self._lock, self._reading:
            self._clients.clear()
            self.__dict__.pop("_session", None)

    @property
    def default_region(self) -> str:
        """The Region of the environment or the profile; us-east-1 where neither names one.

        AWS_REGION is read here because boto3 reads only AWS_DEFAULT_REGION.
        """
        named: str | None = self._here("region", lambda: self._session.region_name)
        return os.environ.get("AWS_REGION") or named or "us-east-1"

    def client(self, service: str, region: str, more: botocore.config.Config | None = None) -> Any:
        """Return the client of a service in a Region, ready to call. Raises AwsError.

        more: settings for a separate client.
        """
        with self._lock:
            key = (service, region, more is not None)
            if key not in self._clients:
                config = _CONFIG.merge(more) if more else _CONFIG
                with loading():
                    client = self._here(
                        "client",
                        lambda: self._session.client(service, region_name=region, config=config),
                    )
                client.meta.events.register("before-sign", _name_no_account)
                # Before the signature, which looks at the body several times.
                client.meta.events.register_first("request-created.*.*", _encode_form)
                # Before S3's own handler of this event, which changes statuses.
                client.meta.events.register_first("before-parse.*.*", _empty_page)
                self._here("client", lambda: self._check_ways(client.meta.endpoint_url))
                self._clients[key] = client
            found = self._clients[key]
        self._here("credentials", self._check_credentials)
        return found

    def _here(self, operation: str, action: Callable[[], _T]) -> _T:
        """Do what only reads settings of this computer: whatever goes wrong is its fault."""
        try:
            return action()
        except AwsError:
            raise
        except Exception as error:  # noqa: BLE001 a broken profile raises anything
            raise local(error, self._profile, operation) from None

    def _check_ways(self, endpoint_url: str) -> None:
        if endpoint_url not in self._checked:
            check_ways(self._session._session, endpoint_url)  # noqa: SLF001 no other way
            self._checked.add(endpoint_url)

    def _check_credentials(self) -> None:
        """Read the credentials, so that what goes wrong there is not taken for AWS's answer."""
        with self._reading:
            credentials = self._session.get_credentials()
            if credentials is None:
                raise botocore.exceptions.NoCredentialsError
            keys = credentials.get_frozen_credentials()
        parts = keys.access_key, keys.secret_key, keys.token or ""
        profile = local_problems.profile_in_use(self._profile)
        if plain := local_problems.odd_key(*parts, str(credentials.method), profile):
            raise ComputerError(plain)

    def credential_source(self) -> str:
        """Return where botocore found the credentials, or an empty string. Raises AwsError."""
        credentials = self._here("credentials", self._session.get_credentials)
        return str(credentials.method) if credentials else ""

    def credentials_renewed(self) -> bool:
        """Whether botocore fetches new keys before the present ones expire. Raises AwsError."""
        return (self._keys is None or self._role is not None) and (
            self.credential_source() in _RENEWING
        )

    def keys_in_use(self) -> Keys:
        """Return the keys that calls are signed with now; their source may issue others later.

        Raises AwsError.
        """
        credentials = self._here("credentials", self._session.get_credentials)
        if credentials is None:
            raise local(botocore.exceptions.NoCredentialsError(), self._profile, "credentials")
        frozen = self._here("credentials", credentials.get_frozen_credentials)
        secret, token = Secret(frozen.secret_key), Secret(frozen.token or "")
        _, expires = self.credential_facts()
        return Keys(frozen.access_key, secret, token, expires, str(credentials.method))

    def credential_facts(self) -> tuple[str, datetime | None]:
        """Return the access key ID, and when the session expires where that is known.

        Raises AwsError.
        """
        if self._keys is not None and self._role is None:
            return self._keys.access_key_id, self._keys.expires
        credentials = self._here("credentials", self._session.get_credentials)
        if credentials is None:
            return "", None
        until = getattr(credentials, "_expiry_time", None)  # no public name for it
        frozen = self._here("credentials", credentials.get_frozen_credentials)
        until = getattr(credentials, "_expiry_time", until)
        return frozen.access_key, until.astimezone(UTC) if until else None


def moment(value: Any) -> datetime:
    """Return a moment of an answer.

    botocore takes any way of writing one apart: a third of what reading an answer takes.
    """
    if isinstance(value, str) and value.endswith("Z"):
        with suppress(ValueError):
            return datetime.fromisoformat(value)
    moment: datetime = botocore.utils.parse_timestamp(value)
    return moment


@cache
def _models(data_path: str | None) -> botocore.loaders.Loader:
    """Return what reads AWS's models, and remembers them for all sessions of this process."""
    return botocore.loaders.create_loader(data_path)


def check_ways(session: botocore.session.Session, endpoint_url: str) -> None:
    """Refuse a proxy or certificate authorities that cannot be used. Raises ComputerError."""
    proxy = proxies.proxy_for(endpoint_url, every=False)
    if proxy is not None and (proxy.is_socks or not proxy.is_usable):
        raise ComputerError(_no_proxy_for_aws(proxy))
    if not endpoint_url.startswith("https:"):
        return
    bundle = session.get_config_variable("ca_bundle")
    if bundle and not os.environ.get("AWS_CA_BUNDLE"):
        profile = str(session.profile or "default")
        trust.check_file(config_files.place_of(profile, "ca_bundle"), bundle)
    else:
        trust.check(trust.FOR_AWS)


_RENEWING: Final = frozenset(
    {
        "login",
        "sso",
        "assume-role",
        "assume-role-with-web-identity",
        "container-role",
        "iam-role",
        "custom-process",
    }
)
"""Sources from which botocore renews keys automatically, for as long as what is behind them lasts:
the sign-in, the other profile, or the machine."""


def address_of(clients: Clients, region: str, where: tuple[str, str, int, str]) -> str:
    """Return a signed address of an object (bucket, key, seconds, operation). Raises AwsError.

    Signature version 4, because S3 rejects older ones for buckets created since 2020.
    """
    bucket, key, seconds, operation = where
    client = clients.client("s3", region, botocore.config.Config(signature_version="s3v4"))
    address: str = _guarded(
        "s3",
        operation,
        lambda: client.generate_presigned_url(
            operation, Params={"Bucket": bucket, "Key": key}, ExpiresIn=seconds
        ),
    )
    return address


def _explicit(keys: Keys) -> botocore.credentials.Credentials:
    """Return keys as botocore takes them.

    They replace the session's credentials rather than being passed to it, so that a profile still
    provides the other settings and the source stays known.
    """
    token = keys.token.reveal() or None
    return botocore.credentials.Credentials(
        keys.access_key_id, keys.secret.reveal(), token, method=keys.source
    )


def _ask_code(question: str) -> str:
    """Ask for the code of an MFA device, where somebody can answer."""
    if not sys.stdin.isatty():
        raise CodeNeededError("there is no terminal to ask on.")
    try:
        return getpass.getpass(question)
    except EOFError:
        raise CodeNeededError("none was typed.") from None


def _ask_no_code(_: str) -> str:
    raise CodeNeededError(
        "the wizard asks for no code here. Choose the profile that it assumes the role with. "
        "Deployer role then asks for the code of an MFA device."
    )


def _assuming(session: boto3.Session, role: AssumedRole) -> botocore.credentials.Credentials:
    """Return credentials that assume a role with a session's own, and again before they expire."""
    source = session.get_credentials()
    if source is None:
        raise botocore.exceptions.NoCredentialsError

    def client(service: str, **given: Any) -> Any:
        return botocore.session.Session().create_client(
            service, region_name=session.region_name or "us-east-1", config=_SIGN_IN_CONFIG, **given
        )

    fetcher = botocore.credentials.AssumeRoleCredentialFetcher(
        client,
        source,
        role.arn,
        {
            "RoleSessionName": role.session,
            "DurationSeconds": role.seconds,
            **({"ExternalId": role.external_id} if role.external_id else {}),
        },
    )
    return botocore.credentials.DeferredRefreshableCredentials(
        fetcher.fetch_credentials, "assume-role"
    )


def take_with_code(clients: Clients, role: AssumedRole, serial: str, code: Secret) -> Keys:
    """Assume a role once with a code of an MFA device. Raises AwsError."""

    def ask() -> Any:
        return clients.client("sts", clients.default_region).assume_role(
            RoleArn=role.arn,
            RoleSessionName=role.session,
            DurationSeconds=role.seconds,
            SerialNumber=serial,
            TokenCode=code.reveal(),
        )

    issued = _guarded("sts", "assume_role", ask)["Credentials"]
    return Keys(
        issued["AccessKeyId"],
        Secret(issued["SecretAccessKey"]),
        Secret(issued["SessionToken"]),
        issued["Expiration"].astimezone(UTC),
        "assume-role",
    )


def _name_no_account(request: Any, **_: object) -> None:
    """Remove the account from a request to an AWS_ENDPOINT_URL that is an IP address.

    botocore puts the account before the host of the key value store's endpoint, and no DNS resolves
    a name before an IP address.
    """
    request.url = _ACCOUNT_AND_ADDRESS.sub("", request.url, count=1)


_FRONT_END: Final = frozenset({500, 503})
"""Statuses with which AWS's own front ends answer with a page, as proxies also do."""


_PAGE_STATUS: Final = "x-solarrally-page-status"
"""Our own header, which tells translate apart a status of HTTP and one that botocore sets later: it
turns a page that S3 sent with status 200 into an error 500."""


def _encode_form(request: Any, **_: Any) -> None:
    """Encode a form once. botocore does so whenever its body is looked at; templates are long."""
    if isinstance(request.data, dict):
        request.data = request.body


def _empty_page(response_dict: dict[str, Any], **_: object) -> None:
    """Empty a front end's page, so that botocore reads its status and does not parse it."""
    headers, status = response_dict["headers"], response_dict["status_code"]
    if status in _FRONT_END and str(headers.get("content-type", "")).startswith("text/html"):
        response_dict["body"] = b""
        headers[_PAGE_STATUS] = str(status)


_LONGEST_MESSAGE: Final = 400


def translate(error: Exception, service: str, operation: str) -> AwsError:
    """Turn any error of boto3 into ours. AWS's messages are kept, but no secret in them."""
    if isinstance(error, botocore.exceptions.ClientError):
        if status := _headers(error.response).get(_PAGE_STATUS):
            message = f"the response is a page with status {status}"
            return AwsError("UnavailablePage", message, service, operation)
        if _is_page(error.response):
            return _not_aws(service, operation)
        details = error.response.get("Error", {})
        code, message = str(details.get("Code", "Unknown")), str(details.get("Message", ""))
        ahead = _ahead(error.response, datetime.now(UTC))
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0)
        return AwsError(code, _no_token(message), service, operation, ahead, status)
    if isinstance(error, botocore.parsers.ResponseParserError | ValueError) and not isinstance(
        error, botocore.exceptions.BotoCoreError
    ):
        return _not_aws(service, operation)
    message = _no_token(str(error))[:_LONGEST_MESSAGE]
    if plain := _on_the_way(error):
        plain = replace(plain, detail=plain.detail or message)
        call = service, operation
        return LocalError(type(error).__name__, message, call, plain, Kind.UNREACHABLE)
    return AwsError(type(error).__name__, message, service, operation)


def local(error: Exception, profile: str | None, operation: str) -> AwsError:
    """Turn an error that arose before anything was sent to AWS into ours."""
    plain = local_problems.explain(error, profile)
    if plain is None:
        return translate(error, "session", operation)
    message = ""
    if isinstance(error, ComputerError):
        plain = replace(plain, what=plain.what.replace("Nothing was sent", "AWS was not asked"))
    else:
        message = _no_token(str(error))[:_LONGEST_MESSAGE]
        plain = replace(plain, detail=plain.detail or f"{type(error).__name__}: {message}")
    kind = next((kind for kind, errors in _KINDS.items() if isinstance(error, errors)), Kind.LOCAL)
    return LocalError(type(error).__name__, message, ("session", operation), plain, kind)


_KINDS: Final = {
    Kind.EXPIRED: (
        botocore.exceptions.SSOError,
        botocore.exceptions.LoginError,
        botocore.exceptions.TokenRetrievalError,
    ),
    Kind.NO_CREDENTIALS: (botocore.exceptions.NoCredentialsError,),
}
"""Kinds of what is wrong here, where AWS says the same of its side."""


def _on_the_way(error: Exception) -> Plain | None:
    """Return what between this computer and AWS ended a call, as far as that is known."""
    if isinstance(error, botocore.exceptions.SSLError):
        return trust.untrusted(str(error), trust.FOR_AWS)
    if isinstance(error, botocore.exceptions.HTTPClientError | botocore.exceptions.ConnectionError):
        url = getattr(error, "kwargs", {}).get("endpoint_url") or _SOME_ENDPOINT
        proxy, detail = proxies.proxy_for(str(url)), _no_token(str(error))[:_LONGEST_MESSAGE]
        if proxy is not None and proxies.proxy_for(str(url), every=False):
            return proxies.through(proxy, detail)
        if proxy is not None:
            return _unused_proxy(proxy, detail)
    return None


_SOME_ENDPOINT: Final = "https://sts.us-east-1.amazonaws.com"
"""For errors that name none."""


def _unused_proxy(proxy: proxies.Proxy, detail: str) -> Plain:
    return Plain(
        what="AWS cannot be reached.",
        why=f"{proxy.place} names {proxy.shown}, and AWS's library does not use this variable.",
        next="Where the Internet is reached through a proxy only, name one that speaks HTTP in "
        "HTTPS_PROXY.",
        detail=detail,
    )


def _no_proxy_for_aws(proxy: proxies.Proxy) -> Plain:
    why = (
        "which speaks SOCKS. AWS's library needs a proxy that speaks HTTP."
        if proxy.is_socks
        else "which is not the address of a proxy."
    )
    return Plain(
        what="AWS was not asked: the proxy cannot be used for AWS.",
        why=f"{proxy.place} names {proxy.shown}, {why}",
        next="Name an HTTP proxy in HTTPS_PROXY, as http://HOST:PORT, or remove it.",
    )


_REPEATS_TOKEN: Final = re.compile(
    r"(?is)(?:the canonical string|x-amz-security-token\s*[:=]|invalid header value).*"
)
"""Where an error repeats what was sent: AWS on a wrong signature, urllib3 on a header."""


def _no_token(message: str) -> str:
    """Cut a message where it repeats what was sent, which contains the session token."""
    return _REPEATS_TOKEN.sub("(what was sent is not shown)", message)


def _not_aws(service: str, operation: str) -> AwsError:
    return AwsError(
        "NotFromAWS", "the response is not from AWS, possibly from a proxy", service, operation
    )


def _is_page(response: Any) -> bool:
    """Whether a response is a web page, such as the sign-in page of a hotel or a proxy."""
    return str(_headers(response).get("content-type", "")).startswith("text/html")


def _headers(response: Any) -> Any:
    return response.get("ResponseMetadata", {}).get("HTTPHeaders", {})


def _ahead(response: Any, now: datetime) -> timedelta | None:
    """Return how far our clock is ahead of AWS's, by the date of its response; None without."""
    try:
        date = parsedate_to_datetime(str(_headers(response).get("date", "")))
    except ValueError:
        return None
    return now - date.replace(tzinfo=date.tzinfo or UTC)


def _guarded(service: str, operation: str, action: Callable[[], Any]) -> Any:
    """Do something with boto3. Whatever goes wrong there becomes an AwsError."""
    try:
        return action()
    except AwsError:
        raise
    except Exception as error:  # noqa: BLE001 parsers and credential processes raise anything
        raise translate(error, service, operation) from None


_STREAMED: Final = {
    "cloudfront": ("FunctionCode",),
    "iot-data": ("payload",),
    "s3": ("Body",),
}
"""What botocore returns as a stream, by the service."""


def invoke(clients: Clients, service: str, operation: str, region: str, params: Any) -> Any:
    """Make one blocking call; an S3 object and a shadow are read whole. Raises AwsError."""
    client = clients.client(service, region)
    method = getattr(client, operation)

    def whole() -> Any:
        response = method(**params)
        for key in _STREAMED.get(service, ()):
            if key in response:
                response[key] = response[key].read()
        return response

    response = _guarded(service, operation, whole)
    if service != "s3" and _is_page(response):  # an S3 object may well be a page
        raise _not_aws(service, operation)
    return response


def invoke_pages(
    clients: Clients, service: str, operation: str, region: str, key: str, params: Any
) -> list[Any]:
    """Follow a paginator and return the items under key of all pages. Raises AwsError."""
    client = clients.client(service, region)
    if not client.can_paginate(operation):
        return list(invoke(clients, service, operation, region, params).get(key) or [])
    pages = client.get_paginator(operation).paginate(**params)
    return _guarded(service, operation, lambda: _items(pages, service, operation, key))  # type: ignore[no-any-return]


def _items(pages: Any, service: str, operation: str, key: str) -> list[Any]:
    items: list[Any] = []
    for page in pages:
        if _is_page(page):
            raise _not_aws(service, operation)
        items += page.get(key) or []
    return items


def ask_unsigned(service: str, operation: str, region: str, params: Any) -> Any:
    """Make one blocking call that needs no credentials, as sign-in does. Raises AwsError.

    Profiles are left alone: a mistake in them must not stop what leads to other credentials.
    """
    try:
        session = botocore.session.Session(session_vars=_NO_PROFILES)
        config = _SIGN_IN_CONFIG.merge(botocore.config.Config(signature_version=botocore.UNSIGNED))
        client = session.create_client(service, region_name=region, config=config)
        check_ways(session, client.meta.endpoint_url)
    except Exception as error:  # noqa: BLE001 settings raise anything
        raise local(error, None, "client") from None
    response = _guarded(service, operation, lambda: getattr(client, operation)(**params))
    if _is_page(response):
        raise _not_aws(service, operation)
    return response


_NO_PROFILES: Final = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
"""botocore's variables without the places that it reads them from."""
