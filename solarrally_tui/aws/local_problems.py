"""What botocore raises before it asks AWS, in words: file, line, profile, and the next step."""

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Final

import botocore.exceptions as raised

from solarrally_tui.aws import config_files
from solarrally_tui.aws.config_files import place_of, shown
from solarrally_tui.computer.problem import ComputerError
from solarrally_tui.text.plain import Plain
from solarrally_tui.text.redaction import redact

_NOT_ASKED: Final = "AWS was not asked"
_LONGEST: Final = 300
"""Characters of botocore's own words."""


class CodeNeededError(Exception):
    """A profile needs the code of an MFA device, and there is nowhere to ask for it."""


def profile_in_use(named: str | None) -> str:
    """Return the profile that AWS's library uses."""
    given = named or os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE")
    return given or "default"


def explain(error: Exception, named: str | None) -> Plain | None:
    """Return what on this computer is wrong; None where the error may come from AWS.

    named: the profile that was asked for; None for the one of the environment.
    """
    if isinstance(error, ComputerError):
        return error.plain
    profile = profile_in_use(named)
    for kind, words in _WORDS.items():
        if isinstance(error, kind):
            return words(error, profile)
    if isinstance(error, OSError | ValueError | KeyError | AttributeError | TypeError | EOFError):
        return _odd(error, profile)
    if isinstance(error, raised.BotoCoreError) and not isinstance(error, _OF_THE_NETWORK):
        return _setting(error, profile)
    return None


_OF_THE_NETWORK: Final = (
    raised.HTTPClientError,
    raised.ConnectionError,
    raised.ParamValidationError,
    raised.NoCredentialsError,
    raised.PaginationError,
    raised.WaiterError,
    raised.ChecksumError,
    raised.FlexibleChecksumError,
    raised.IncompleteReadError,
    raised.CapacityNotAvailableError,
)
"""What botocore raises during a call. Anything else of it is about settings."""


def _no_profile(error: Any, _: str) -> Plain:
    profile = str(error.kwargs.get("profile", ""))
    known = sorted(_known())
    bare = next(
        (
            each
            for each in config_files.settings()
            if not each.name
            and each.section == profile
            and each.path == config_files.file_of(config_files.CONFIG)
        ),
        None,
    )
    if bare is not None:
        return Plain(
            what=f"{_NOT_ASKED}: the profile {profile} is not written as one.",
            why=f"[{profile}] in {bare} is not read. There, AWS's tools read [profile {profile}].",
            next=f"Write [profile {profile}] there.",
        )
    absent = config_files.absent_files()
    there = f"There are: {', '.join(known)}." if known else "There is none on this computer."
    close = get_close_matches(profile, known, 1)
    instead = f"Use {close[0]}, or another" if close else "Use another"
    return Plain(
        what=f"{_NOT_ASKED}: this computer has no profile named {profile}.",
        why=" ".join([*absent, f"{_namer(profile)} names it.", there]),
        next=f"{instead} profile with --profile or AWS_PROFILE, or create it: "
        f"aws configure --profile {profile}.",
    )


def _known() -> set[str]:
    config = config_files.file_of(config_files.CONFIG)
    names = {
        each.section.removeprefix("profile ").strip("\"' ")
        for each in config_files.settings()
        if not each.name
        and (
            each.path != config or each.section.startswith("profile ") or each.section == "default"
        )
    }
    return {name for name in names if name}


def _namer(profile: str) -> str:
    for variable in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        if os.environ.get(variable) == profile:
            return variable
    return "The option --profile"


def _no_file(error: Any, _: str) -> Plain:
    if not isinstance(error, config_files.ConfigFileError):
        return _setting(error, _)
    name = shown(error.path)
    return Plain(
        what=f"{_NOT_ASKED}: {name} cannot be read.",
        why=error.why,
        next=f"Correct {name}, then try again.",
    )


@dataclass(frozen=True, slots=True)
class _Mistake:
    """A sentence of botocore's about a profile, and what it means."""

    words: re.Pattern[str]
    """Its groups fill the texts; owner names the profile, where it is not the one in use."""
    settings: tuple[str, ...]
    """Where to look: the first of these that the profile has."""
    why: str
    """Goes on after the place."""
    next: str


_MISTAKES: Final = (
    _Mistake(
        re.compile(r"sso-session does not exist: \"(?P<name>[^\"]*)\""),
        ("sso_session",),
        "names the sso-session {name}, and there is no section [sso-session {name}].",
        "Add the section with sso_start_url and sso_region, or run: aws configure sso{option}.",
    ),
    _Mistake(
        re.compile(r"token provider but the \"(?P<name>[^\"]*)\" sso_session"),
        ("sso_session",),
        "names the sso-session {name}, and there is no section [sso-session {name}].",
        "Add the section with sso_start_url and sso_region, or run: aws configure sso{option}.",
    ),
    _Mistake(
        re.compile(
            r"source_profile \"(?P<name>[^\"]*)\" .* profile \"(?P<owner>[^\"]*)\" does not"
        ),
        ("source_profile",),
        "names the source_profile {name}, and there is no such profile.",
        "Correct the name, or create the profile: aws configure --profile {name}.",
    ),
    _Mistake(
        re.compile(r"profile \"(?P<owner>[^\"]*)\" contains both"),
        ("credential_source",),
        "has credential_source, and the profile has source_profile, too.",
        "Keep one of them.",
    ),
    _Mistake(
        re.compile(
            r"missing (?:the following |required )configuration: \[?(?P<name>[^\]]+?)\]?\.?$"
        ),
        ("sso_session", "sso_account_id", "sso_role_name"),
        "begins a sign-in with IAM Identity Center, which needs {name}, too.",
        "Add it, or run: aws configure sso{option}.",
    ),
    _Mistake(
        re.compile(r"value for (?P<name>\S+) is inconsistent"),
        ("sso_session",),
        "names an sso-session with another {name} than the profile.",
        "Keep {name} in the section [sso-session] only.",
    ),
    _Mistake(
        re.compile(r"source profile \"(?P<name>[^\"]*)\" must have credentials"),
        ("source_profile",),
        "names the source_profile {name}, which has no credentials.",
        "Give that profile an access key or a sign-in: aws configure --profile {name}.",
    ),
    _Mistake(
        re.compile(r"credential.source \"(?P<name>[^\"]*)\""),
        ("credential_source",),
        "has the credential_source {name}, which is none.",
        "Write Environment, Ec2InstanceMetadata or EcsContainer, or name a source_profile.",
    ),
    _Mistake(
        re.compile(r"web identity but has no role ARN"),
        ("web_identity_token_file",),
        "names a web identity, which needs role_arn, too.",
        "Add role_arn, or set AWS_ROLE_ARN.",
    ),
)


def _configuration(error: Any, profile: str) -> Plain:
    """Explain InvalidConfigError. Its sentence is all that botocore gives."""
    for mistake in _MISTAKES:
        if found := mistake.words.search(str(error)):
            filled = {name: value.replace("'", "") for name, value in found.groupdict("").items()}
            owner = filled.get("owner") or _owner(profile, mistake.settings)
            place, option = place_of(owner, *mistake.settings), _option(owner)
            return _mistake(
                owner,
                f"{place} {mistake.why.format(**filled)}",
                mistake.next.format(option=option, **filled),
            )
    return _setting(error, profile)


def _loop(error: Any, profile: str) -> Plain:
    visited = [str(name) for name in error.kwargs.get("visited_profiles", [])]
    source = str(error.kwargs.get("source_profile", ""))
    return _mistake(
        profile,
        f"Each of these profiles takes its credentials from the next one, without end: "
        f"{', '.join([*visited, source])}. {place_of(visited[-1], 'source_profile')} closes the "
        "circle."
        if visited
        else f"{place_of(profile, 'source_profile')} names the profile itself.",
        "Let the last source_profile name a profile with credentials.",
    )


def _partial(error: Any, profile: str) -> Plain:
    missing = str(error.kwargs.get("cred_var", ""))
    if error.kwargs.get("provider") == "env":
        return Plain(
            what=f"{_NOT_ASKED}: the environment has only a part of an access key.",
            why=f"{missing} is not set, and another variable of the key is.",
            next=f"Set {missing}, or unset the others.",
        )
    if "credential_source" in missing:
        sources = {"source_profile", "credential_source"}
        owner = next((each for each in _chain(profile) if not _names(each) & sources), profile)
        return _mistake(
            owner,
            f"{place_of(owner, 'role_arn')} names a role, and not whose credentials assume it.",
            "Add source_profile with the name of a profile that has credentials.",
        )
    owner = _half_a_key(profile) or profile
    return _mistake(
        owner,
        f"{place_of(owner, 'aws_access_key_id', 'aws_secret_access_key')}: {missing} is missing.",
        f"Add it, or run: aws configure{_option(owner)}.",
    )


def _none(_: Any, profile: str) -> Plain:
    mine = config_files.of_profile(profile)
    reasons = list(config_files.absent_files())
    if mine and _half_a_key(profile):
        keys = {"aws_access_key_id", "aws_secret_access_key"}
        missing = ", ".join(sorted(keys - _names(profile)))
        reasons.append(f"{place_of(profile, *keys)} has one half of a key: {missing} is missing.")
    elif mine:
        place = place_of(profile)
        reasons.append(f"{place} begins the profile {profile}. It has no key and no sign-in.")
    else:
        reasons.append("The environment, the profile and the keyring contain none.")
    return Plain(
        what="No usable AWS credentials were found.",
        why=" ".join(reasons),
        next="Run aws login or set AWS_PROFILE, then try again. The wizard, which is solarrally "
        "without a command, offers every way to sign in: Account, Other credentials.",
    )


def _half_a_key(profile: str) -> str:
    """Return the profile of a chain that has one half of an access key; empty without."""
    halves = {"aws_access_key_id", "aws_secret_access_key"}
    return next((each for each in _chain(profile) if len(_names(each) & halves) == 1), "")


def _owner(profile: str, settings: Iterable[str]) -> str:
    """Return the profile of a chain that has one of some settings."""
    wanted = set(settings)
    return next((each for each in _chain(profile) if _names(each) & wanted), profile)


def _names(profile: str) -> set[str]:
    return {each.name for each in config_files.of_profile(profile)}


def _chain(profile: str) -> list[str]:
    """Return a profile and those that it takes its credentials from."""
    chain: list[str] = []
    while profile and profile not in chain:
        chain.append(profile)
        mine = config_files.of_profile(profile)
        profile = next((each.value for each in mine if each.name == "source_profile"), "")
    return chain


_SIGN_INS: Final = ("sso_session", "sso_start_url", "login_session")


def _sign_in_again(error: Any, profile: str) -> Plain:
    """Say how to sign in, for each kind of sign-in that botocore cannot renew."""
    owner = _owner(profile, _SIGN_INS)
    login = isinstance(error, raised.LoginError) or "login_session" in _names(owner)
    never = isinstance(error, raised.SSOTokenLoadError | raised.LoginTokenLoadError)
    way, name = ("aws login", "login_session") if login else ("aws sso login", "sso_session")
    kind = "aws login" if login else "IAM Identity Center"
    state = "is not signed in on this computer" if never else "has an expired sign-in session"
    own = "offers other ways" if login else "needs no AWS CLI"
    return Plain(
        what=f"{_NOT_ASKED}: the profile {owner} {state}.",
        why=f"{place_of(owner, name, 'sso_start_url')} signs in with {kind}, which is valid for "
        "some hours.",
        next=f"Sign in again with {way}{_option(owner)}, which needs the AWS CLI, version 2. Then "
        f"run the same command. The wizard, which is solarrally without a command, {own}: "
        "Account, Other credentials.",
        detail=str(error),
    )


def _code(error: Any, profile: str) -> Plain:
    owner = _owner(profile, ("mfa_serial",))
    return Plain(
        what=f"{_NOT_ASKED}: the profile {owner} needs the code of an MFA device.",
        why=f"{place_of(owner, 'mfa_serial')} names the device, and {error}",
        next="Run the command on a terminal, which asks for the code. Without one, use a profile "
        "without mfa_serial, or credentials that were issued with a code.",
    )


def _retrieval(error: Any, profile: str) -> Plain:
    words = str(error.kwargs.get("error_msg", error))
    return _mistake(
        profile, redact(words)[:_LONGEST], "Fix what it names, or use other credentials."
    )


def _machine(error: Any, _: str) -> Plain:
    names = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
    variable = next((name for name in names if os.environ.get(name)), "AWS_EC2_METADATA_*")
    return Plain(
        what=f"{_NOT_ASKED}: the machine gave no credentials.",
        why=f"{variable} is set, as in a container or on an instance, and nothing answers there.",
        next=f"Unset {variable}, or run where the machine has a role.",
        detail=redact(str(error))[:_LONGEST],
    )


def _dependency(error: Any, profile: str) -> Plain:
    return _mistake(
        profile,
        f"{place_of(profile, 'login_session')}: aws login needs a package that is missing here.",
        'Install it beside solarrally: pipx inject solarrally-tui "botocore[crt]".',
        detail=str(error),
    )


def _setting(error: Exception, profile: str) -> Plain:
    """Say that a setting is wrong, and name those that have the value which botocore quotes."""
    text = redact(str(error))[:_LONGEST]
    variables = [
        name
        for name, value in sorted(os.environ.items())
        if name.startswith("AWS_") and len(value) > 1 and value in text and "KEY" not in name
    ]
    lines = [
        f"{each.name} in {each}"
        for each in config_files.of_profile(profile)
        if each.name and len(each.value) > 1 and each.value in text
    ]
    from_where = " and ".join([*variables, *lines])
    return Plain(
        what=f"{_NOT_ASKED}: a setting of AWS's tools on this computer is not valid.",
        why=f"{text}{'' if text.endswith('.') else '.'}"
        + (f" It comes from {from_where}." if from_where else ""),
        next=f"Correct or remove {from_where}."
        if from_where
        else "Check the variables AWS_*, ~/.aws/config and ~/.aws/credentials.",
    )


def _odd(error: Exception, profile: str) -> Plain | None:
    """Say what an error of Python means that arose while credentials or settings were read."""
    if isinstance(error, EOFError):
        return _code(CodeNeededError("there is no terminal to ask on."), profile)
    if isinstance(error, OSError):
        return _unreadable(error, profile)
    owner = _owner(profile, _SIGN_INS)
    if _names(owner) & set(_SIGN_INS) and not isinstance(error, UnicodeError):
        # The cache of a sign-in is damaged.
        return _sign_in_again(error, profile)
    return _setting(error, profile)


def _unreadable(error: OSError, profile: str) -> Plain | None:
    token = os.environ.get("AWS_WEB_IDENTITY_TOKEN_FILE", "")
    name = str(error.filename or token or "")
    if not name:
        return None
    reason = error.strerror or type(error).__name__
    if name == token:
        return Plain(
            what=f"{_NOT_ASKED}: the web identity of the environment cannot be read.",
            why=f"AWS_WEB_IDENTITY_TOKEN_FILE names {name}: {reason}.",
            next="Correct AWS_WEB_IDENTITY_TOKEN_FILE, or unset it.",
        )
    why = f"{name} cannot be read: {reason}."
    return _mistake(profile, why, "Correct the setting that names it, or remove it.")


def _mistake(profile: str, why: str, then: str, detail: str = "") -> Plain:
    what = f"{_NOT_ASKED}: the profile {profile} has a mistake."
    return Plain(what=what, why=why, next=then, detail=detail)


def odd_key(key_id: str, secret: str, token: str, source: str, profile: str) -> Plain | None:
    """Return why a key cannot be one, where that can be seen without AWS; None otherwise.

    source: botocore's name for where it comes from.
    """
    where = _SOURCES.get(source, f"The source {source}")
    if source in {"shared-credentials-file", "config-file"}:
        where = place_of(profile, "aws_access_key_id")
    for name, value in (
        ("access key ID", key_id),
        ("secret access key", secret),
        ("session token", token),
    ):
        if name != "session token" and not value:
            return _no_key(f"the {name} is empty", f"{where} has it.")
        if not value.isascii() or not value.isprintable() or _NOT_IN_KEYS & set(value):
            return _no_key(f"the {name} has a character that no key has", f"{where} has it.")
    if key_id.startswith("ASIA") and not token:
        why = f"{where} has a temporary key of three parts, and aws_session_token is missing."
        return _no_key("the session token is missing", why)
    return None


_NOT_IN_KEYS: Final = frozenset(" \"'<>`")
_SOURCES: Final = MappingProxyType(
    {
        "env": "The environment, in AWS_ACCESS_KEY_ID and its companions,",
        "keyring": "The keyring",
        "custom-process": "The credential helper of the profile",
    }
)


def _no_key(what: str, why: str) -> Plain:
    return Plain(
        what=f"{_NOT_ASKED}: {what}.",
        why=why,
        next="Copy all parts of the key again, without quotation marks, spaces and line breaks.",
    )


def _option(profile: str) -> str:
    return "" if profile == "default" else f" --profile {profile}"


_WORDS: Final[MappingProxyType[type[Exception], Callable[[Any, str], Plain]]] = MappingProxyType(
    {
        raised.ProfileNotFound: _no_profile,
        raised.ConfigParseError: _no_file,
        raised.NoCredentialsError: _none,
        raised.InfiniteLoopConfigError: _loop,
        raised.InvalidConfigError: _configuration,
        raised.PartialCredentialsError: _partial,
        raised.SSOError: _sign_in_again,
        raised.LoginError: _sign_in_again,
        raised.TokenRetrievalError: _sign_in_again,
        raised.CredentialRetrievalError: _retrieval,
        raised.MetadataRetrievalError: _machine,
        raised.InvalidIMDSEndpointError: _machine,
        raised.MissingDependencyException: _dependency,
        raised.RefreshWithMFAUnsupportedError: _code,
        CodeNeededError: _code,
    }
)
"""By kind, those first that others derive from."""
