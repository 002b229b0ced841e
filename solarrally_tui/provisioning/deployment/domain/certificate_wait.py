"""A certificate that waits for DNS waits for the operator: says what to do, and for how long."""

import time
from dataclasses import dataclass, replace
from math import inf
from typing import Final

from solarrally_tui.aws.errors import AwsError, Kind, Plain
from solarrally_tui.domains.certificates import PendingCertificate, pending, records_of
from solarrally_tui.domains.dns_records import in_words
from solarrally_tui.provisioning.change.stack_watch import Watch
from solarrally_tui.provisioning.deployment.context import Run
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError

ASK_AFTER_SECONDS: Final = 480.0
"""A certificate whose zone is delegated is issued in about four minutes, rarely in ten. Where the
operator sets the record, we ask at once."""

GIVE_UP_SECONDS: Final = 3600.0
"""AWS goes on trying for 72 hours (ACM user guide, "DNS validation"); we need not stay."""

LOOK_EVERY_SECONDS: Final = 3.0

_CERTIFICATE: Final = "AWS::CertificateManager::Certificate"
UNSEEN: Final = "UNSEEN"
_IN_CONSOLE: Final = (
    "the one that the Certificate Manager console shows in this Region (these credentials may not "
    "look: acm:ListCertificates, acm:ListTagsForCertificate, acm:DescribeCertificate)."
)
_AGAIN: Final = (
    "The certificate is then issued by itself, mostly within minutes; run the same command again "
    "if this one has ended."
)


@dataclass(slots=True)
class Patience:
    """Waits beside one stack's watch."""

    run: Run
    step: str
    reason: str = ""
    """Why Amazon does not issue the certificate, in our words, as soon as it says so."""
    _told: str = ""
    _looked: float = -inf
    _noted: bool = False

    async def idle(self, watch: Watch) -> None:
        """Say what is waited for, once; after an hour, stop watching.

        Raises StepError (waiting for you) and AwsError.
        """
        if not self.run.site.domain.name or _CERTIFICATE not in watch.under_way:
            return
        if not self._told and not self._is_time(watch):
            self._note()
            return
        if time.monotonic() - self._looked < LOOK_EVERY_SECONDS:
            return
        self._looked = time.monotonic()
        waiting = await self._waiting(watch)
        await self._tell(waiting)
        if waiting and watch.quiet_seconds > GIVE_UP_SECONDS:
            raise StepError(await self._plain(waiting), Exit.WAITING_FOR_YOU)

    def _note(self) -> None:
        """Say once what takes the time while nobody has to do anything."""
        if not self._noted:
            self._noted = True
            text = "The certificate is under way. Mostly it takes four minutes."
            self.run.voice.step(self.step, State.RUNNING, text)

    async def _waiting(self, watch: Watch) -> list[PendingCertificate]:
        """Return what is not issued here; where we may not look, a certificate without records."""
        try:
            found = await pending(self.run.door, self.run.site)
        except AwsError as error:
            if error.kind is not Kind.DENIED:
                raise
            unseen = PendingCertificate(self.run.site.domain.name, watch.region, "", UNSEEN)
            return [unseen]
        return [each for each in found if each.region == watch.region]

    def explain(self, error: StepError) -> StepError:
        """Add to a stack's failure why there is no certificate, where that is known."""
        if not self.reason:
            return error
        plain = replace(error.plain, why=f"{error.plain.why} {self.reason}")
        return StepError(plain, error.exit_code)

    def _is_time(self, watch: Watch) -> bool:
        return self.run.site.domain.is_external or watch.quiet_seconds > ASK_AFTER_SECONDS

    async def _tell(self, waiting: list[PendingCertificate]) -> None:
        """Say what to do when that is new, and that it is done."""
        self.reason = next((each.reason for each in waiting if each.reason), "")
        if not waiting:
            if self._told:
                self.run.voice.step(self.step, State.RUNNING, "The certificate is issued.")
            self._told = ""
            return
        plain = await self._plain(waiting)
        text = f"{plain.what} {self.reason or plain.next}"
        if text != self._told and (self.reason or self._is_answerable(waiting)):
            self._told = text
            self.run.voice.step(self.step, State.WAITING_FOR_YOU, text)

    def _is_answerable(self, waiting: list[PendingCertificate]) -> bool:
        """Tell whether we can say what to do: ACM works the records out in some seconds."""
        external = self.run.site.domain.is_external
        return not external or bool(records_of(waiting)) or waiting[0].status == UNSEEN

    async def _plain(self, waiting: list[PendingCertificate]) -> Plain:
        domain = self.run.site.domain
        if domain.is_external:
            return _external(domain.name, in_words(records_of(waiting)) or _IN_CONSOLE)
        told = await self.run.door.call(
            "route53", "get_hosted_zone", Id=self.run.facts["HostedZoneId"]
        )
        servers = ", ".join((told.get("DelegationSet") or {}).get("NameServers") or ())
        return Plain(
            what=_waits(domain.name),
            why=f"AWS cannot see the hosted zone {told['HostedZone']['Name']} from the Internet.",
            next=f"Set these name servers at the domain's registrar: {servers}. {_AGAIN}",
        )


def _waits(domain: str) -> str:
    return f"The certificate for {domain} waits for DNS."


def _external(domain: str, records: str) -> Plain:
    return Plain(
        what=_waits(domain),
        why="AWS does not see the record yet that proves the domain to be yours.",
        next=f"Where the DNS of the domain is, set this record: {records} It stays there for good: "
        f"AWS renews the certificate with it. {_AGAIN}",
    )
