"""Runs an experiment: alone, after what earlier ones left is deleted, and deletes its own."""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.poll import StillWaitingError
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.deployed.run_lock import alone
from solarrally_tui.proofs import left_behind
from solarrally_tui.proofs.bench import Bench
from solarrally_tui.proofs.claims import Claim, Guard
from solarrally_tui.proofs.experiments import EXPERIMENTS
from solarrally_tui.proofs.observation import Observation, Proof
from solarrally_tui.site.names import PROOF

Say = Callable[[str], None]


async def prove(
    claim: Claim,
    door: Door,
    *,
    site: str = "",
    say: Say = lambda _: None,
    report: Callable[[Observation], None] = lambda _: None,
) -> Proof:
    """Run the experiment of a claim that is in EXPERIMENTS; return what was seen.

    say: told what is deleted. What ends an experiment early is in the proof. Raises AwsError where
    another one is under way in the account.
    """
    identity = await door.identity()
    bench = Bench(door, identity, f"{PROOF}-{secrets.token_hex(4)}", site, report)
    begun, clock = datetime.now(UTC), time.monotonic()

    async def run() -> tuple[str, str]:
        if claim.guard is Guard.CREATES:
            await clean(door, say)
        problem = left = ""
        try:
            await EXPERIMENTS[claim.id](bench)
        except (AwsError, StillWaitingError, ChargerError) as error:
            problem = _words(error)
        finally:
            if claim.guard is Guard.CREATES:
                left = await door.to_its_end(_emptied(door))
        return problem, left

    problem, left = (
        await alone(door, PROOF, "prove", run, say) if claim.guard is Guard.CREATES else await run()
    )
    observations = tuple(bench.observations)
    seconds = time.monotonic() - clock
    return Proof(claim, begun, identity.account, door.region, seconds, observations, problem, left)


async def clean(door: Door, say: Say) -> tuple[str, ...]:
    """Delete what killed experiments have left; return what it was. Raises as left_behind does."""
    left = await left_behind.remove(door)
    if left:
        say(f"Deleted what earlier experiments left: {', '.join(left)}.")
    return left


async def _emptied(door: Door) -> str:
    """Delete everything; return why something may be left. That hides no other failure."""
    try:
        await left_behind.remove(door)
    except (AwsError, StillWaitingError) as error:
        return f"{_words(error)} Delete it with: solarrally prove --clean"
    return ""


def _words(error: AwsError | StillWaitingError | ChargerError) -> str:
    if isinstance(error, AwsError):
        return f"{error.plain.what} ({error})"
    if isinstance(error, ChargerError):
        return f"{error.plain.what} {error.plain.why}"
    return str(error)
