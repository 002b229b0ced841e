"""Programs that print credentials: the setting credential_process of a profile.

Our provider takes the place of botocore's, which waits for ever, and whose errors name neither the
profile nor the program (github.com/boto/botocore/issues/2779).
"""

import json
import subprocess
from datetime import UTC, datetime
from typing import Any, Final

import botocore.compat
import botocore.credentials

from solarrally_tui.aws.config_files import place_of
from solarrally_tui.aws.problem import ProfileError
from solarrally_tui.text.plain import Plain
from solarrally_tui.text.redaction import redact

LIMIT_SECONDS: Final = 60.0
"""How long a program may take, as in AWS's SDK for Go (credentials/processcreds)."""

_LONGEST: Final = 200
"""Characters of what a program printed that are shown."""


class HelperProvider(botocore.credentials.ProcessProvider):  # type: ignore[misc]
    """Runs the program of a profile. Raises ProfileError, with the program's own words."""

    def _retrieve_credentials_using(self, credential_process: str) -> dict[str, Any]:
        printed = self._printed(credential_process)
        try:
            found = json.loads(printed)
        except ValueError:
            raise self._refusal(f"It printed no JSON{_first_line(printed)}") from None
        if not isinstance(found, dict):
            raise self._refusal("It printed JSON that is no object.")
        if found.get("Version") != 1:
            raise self._refusal('It printed JSON without "Version": 1.')
        for name in ("AccessKeyId", "SecretAccessKey"):
            if not isinstance(found.get(name), str) or not found[name]:
                raise self._refusal(f"It printed JSON without {name}.")
        return {
            "access_key": found["AccessKeyId"],
            "secret_key": found["SecretAccessKey"],
            "token": found.get("SessionToken"),
            "expiry_time": self._expiry(found.get("Expiration")),
            "account_id": self._get_account_id(found),
        }

    def _printed(self, command: str) -> str:
        try:
            words = botocore.compat.compat_shell_split(command)
            process = self._popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except ValueError:
            raise self._refusal("A quotation mark of its command is not closed.") from None
        except (OSError, IndexError) as error:
            reason = getattr(error, "strerror", None) or "it has no name"
            raise self._refusal(f"It cannot be started: {reason}.") from None
        try:
            out, err = process.communicate(timeout=LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            # Not communicate again: a program that it started may keep the pipes open.
            process.kill()
            raise self._refusal(f"It did not end within {LIMIT_SECONDS:.0f} seconds.") from None
        if process.returncode:
            said = _first_line(err.decode("utf-8", "replace"))
            raise self._refusal(f"It ended with exit status {process.returncode}{said}")
        return str(out.decode("utf-8-sig", "replace"))

    def _expiry(self, text: Any) -> str | None:
        if text is None:
            return None
        try:
            until: datetime = botocore.credentials.parse(str(text))
        except (ValueError, OverflowError):
            raise self._refusal("It printed an Expiration that is no time.") from None
        if until.tzinfo is None:
            until = until.replace(tzinfo=UTC)
        if until <= datetime.now(UTC):
            raise self._refusal(f"It printed credentials that expired on {until:%Y-%m-%d %H:%M}Z.")
        return until.isoformat()

    def _refusal(self, why: str) -> ProfileError:
        profile = self._profile_name
        program = str(self._credential_process or "").split(" ", 1)[0]
        return ProfileError(
            Plain(
                what=f"AWS was not asked: the credential helper of the profile {profile} failed.",
                why=f"{place_of(profile, 'credential_process')} names {program}. {why}",
                next="Run the command of credential_process in a terminal, and fix what it "
                "reports. It has to print one JSON object.",
            )
        )


def _first_line(text: str) -> str:
    """Return the first line of what a program said, to end a sentence with."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if not line:
        return "."
    return f": {redact(line)[:_LONGEST]}"


botocore.credentials.ProcessProvider = HelperProvider
