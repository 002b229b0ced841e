"""Fixes of what the page shows: who is silent, prices, names, and a sign-in that stays."""

from __future__ import annotations

import re
from pathlib import Path

from .frontend import LIVE_HOOK
from .source import ALREADY, Fix, Mismatch, read, replace_one, write

FACTS = "frontend/src/facts.ts"
CHARGERS = "frontend/src/components/Chargers.tsx"
HEADER = "frontend/src/components/Header.tsx"
DASHBOARD = "frontend/src/components/Dashboard.tsx"
STATS = "frontend/src/components/StatsGrid.tsx"
SESSION = "frontend/src/components/SessionInfo.tsx"
NAMED = {
    SESSION: "Session Information",
    "frontend/src/components/EnergySourceIndicator.tsx": "Energy Source",
    "frontend/src/components/PowerChart.tsx": "Real-time Power Monitoring",
}
FILES = Path(__file__).parent / "files"

AGEING = """\
  useEffect(() => {
    // What has gone silent leaves the totals, also when nothing arrives any more.
    const age = (units: Map<string, EVSEUnit>) => {
      if (units.size) {
        setSystemStats({ ...calculateSystemStats(units), last_updated: lastHeard(units) })
      }
      return new Map(units)
    }
    const ask = () => loadSite().then((site) => setEvseUnits((units) => withHeard(units, site)))
    ask()
    const ageing = setInterval(() => setEvseUnits(age), 2000)
    const asking = setInterval(ask, 60_000)
    return () => {
      clearInterval(ageing)
      clearInterval(asking)
    }
  }, [])

"""


def _with(text: str, line: str) -> str:
    """Return a file with an import behind its last one."""
    if line in text:
        return text
    last = list(re.finditer(r"^import [^\n]*\n", text, re.MULTILINE))
    end = last[-1].end() if last else 0
    return f"{text[:end]}{line}\n{text[end:]}"


def _place(root: Path, name: str) -> None:
    content = (FILES / name.rpartition("/")[2]).read_text(encoding="utf-8")
    if (root / name).exists() and read(root, name) != content:
        raise Mismatch(f"{name} exists already")
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    write(root, name, content)


def silent_chargers(root: Path) -> str:
    """Leave silent chargers out of the totals, and say since when there is no data."""
    hook, header = read(root, LIVE_HOOK), read(root, HEADER)
    if "isSilent(" in hook and "noData(" in header:
        return ALREADY
    hook = replace_one(
        hook,
        r"Array\.from\(units\.values\(\)\)",
        "Array.from(units.values()).filter((unit) => !isSilent(unit))",
        LIVE_HOOK,
        "a list of all units for the totals",
    )
    for name in ("setEvseUnits", "setSystemStats", "calculateSystemStats", "useEffect"):
        if not re.search(rf"\b{name}\b", hook):
            raise Mismatch(f"{LIVE_HOOK} has no {name}")
    hook = replace_one(
        hook,
        r"^(?=  const value\b[^\n]*= \{)",
        lambda _: AGEING,
        LIVE_HOOK,
        "the value of its context",
    )
    hook = _with(hook, "import { isSilent, lastHeard, loadSite, withHeard } from '../facts'")
    header = replace_one(
        header,
        r"const \{ isConnected, connectionError \} = useFirebaseData\(\)",
        "const { isConnected: isOpen, connectionError, evseUnits } = useFirebaseData()\n"
        "  const isConnected = isOpen && anyLive(evseUnits)",
        HEADER,
        "the state of the connection",
    )
    header = replace_one(
        header,
        r"\{connectionError \|\| 'Disconnected'\}",
        "{connectionError || (isOpen ? noData(evseUnits) : 'Disconnected')}",
        HEADER,
        "the word Disconnected",
    )
    _place(root, FACTS)
    write(root, LIVE_HOOK, hook)
    return write(root, HEADER, _with(header, "import { anyLive, noData } from '../facts'"))


def prices_of_page(root: Path) -> str:
    """Show money in the site's prices and currency, and none where it has no currency."""
    stats, session = read(root, STATS), read(root, SESSION)
    if "useSite(" in stats and "useSite(" in session:
        return ALREADY
    for source, price, kind in (("solar", 10, "solar"), ("grid", 50, "grid")):
        stats = replace_one(
            stats,
            rf"(stats\.total_{source}_energy_kwh \* ){price}\b(?:[ \t]*//[^\n]*)?",
            rf"\1site.{kind}_price_per_kwh",
            STATS,
            f"the price of {source} energy",
        )
        session = replace_one(
            session,
            rf"(const {source.upper()}_RATE = ){price}\b(?:[ \t]*//[^\n]*)?",
            rf"\1site.{kind}_price_per_kwh",
            SESSION,
            f"the price of {source} energy",
        )
        session = replace_one(
            session,
            rf"\(JM\${price}/kWh\)",
            f"({{money({source.upper()}_RATE)}}/kWh)",
            SESSION,
            f"the price of {source} energy in words",
        )
    stats = replace_one(
        stats,
        r"\{(totalCost\w*) > 0 && \(",
        r"{site.currency && \1 > 0 && (",
        STATS,
        "a breakdown of the cost",
    )
    session = replace_one(
        session,
        r"\{session_total_energy_kwh > 0 && \(",
        "{site.currency && session_total_energy_kwh > 0 && (",
        SESSION,
        "a breakdown of the cost",
    )
    stats = _hook(stats, r"(React\.FC = \(\) => \{\n)", STATS)
    session = _hook(session, r"(= \(\{ telemetryData \}\) => \{\n)", SESSION)
    write(root, STATS, _in_currency(stats))
    write(root, SESSION, _in_currency(session))
    for path in sorted((root / "frontend/src").rglob("*.tsx")):
        if "JM$" in path.read_text(encoding="utf-8"):
            name = path.relative_to(root).as_posix()
            raise Mismatch(f"{name} shows JM$ in another place too")
    _place(root, FACTS)
    return write(root, STATS, read(root, STATS))


def _in_currency(text: str) -> str:
    """Replace amounts in JM$, in a template or as the text of an element, and comments on them."""
    for pattern, by in (
        (r"`JM\$\$\{(\w+)\.toFixed\(2\)\}`", r"money(\1)"),
        (r"JM\$\{(\w+)\.toFixed\(2\)\}", r"{money(\1)}"),
        (r"in Jamaican Dollars", "in the site's currency"),
        (r"[ \t]*// Tariff rates \(JM\$[^\n]*\n", ""),
    ):
        text = re.sub(pattern, by, text)
    return _with(text, "import { money, useSite } from '../facts'")


def _hook(text: str, pattern: str, file: str) -> str:
    return replace_one(text, pattern, r"\1  const site = useSite()\n", file, "its component")


def charger_names(root: Path) -> str:
    """List the chargers by name, and show the figures of one of them instead of a mixture."""
    dashboard = read(root, DASHBOARD)
    if "<Chargers" in dashboard:
        return ALREADY
    dashboard = replace_one(
        dashboard,
        r"const \{ ([^}]*?), telemetryData \} = useFirebaseData\(\)",
        r"const { \1 } = useFirebaseData()"
        "\n"
        "  const { shownId, telemetryData, show } = useShown(evseUnits)",
        DASHBOARD,
        "the telemetry of whichever charger came last",
    )
    dashboard = replace_one(
        dashboard,
        r"^( *)<StatsGrid />",
        r"\1<StatsGrid />" "\n\n" r"\1<Chargers units={evseUnits} shownId={shownId} show={show} />",
        DASHBOARD,
        "a grid of totals",
    )
    dashboard = replace_one(
        dashboard,
        r"<PowerChart telemetryData",
        "<PowerChart key={shownId} telemetryData",
        DASHBOARD,
        "a chart",
    )
    named = {}
    for name, heading in NAMED.items():
        text = read(root, name)
        if text.count(heading) == 0:
            raise Mismatch(f"{name} has no heading {heading}")
        with_name = f"{heading} {{telemetryData?.unit_id && `· ${{telemetryData.unit_id}}`}}"
        text = text.replace(heading, with_name)
        named[name] = replace_one(
            text,
            r"(interface TelemetryData \{\n)",
            r"\1  unit_id?: string" "\n",
            name,
            "the shape of a message",
        )
    for name, text in named.items():
        write(root, name, text)
    _place(root, FACTS)
    _place(root, CHARGERS)
    return write(
        root, DASHBOARD, _with(dashboard, "import Chargers, { useShown } from './Chargers'")
    )


def sign_in_renewed(root: Path) -> str:
    """Renew the viewer's cookie while the page is open, and reload where it has ended."""
    hook = read(root, LIVE_HOOK)
    if "renewSignIn()" in hook:
        return ALREADY
    hook = replace_one(
        hook,
        r"(\.onclose\s*=\s*\([^)]*\)\s*=>\s*\{)(\n?[ \t]*)",
        r"\1\2renewSignIn();\2",
        LIVE_HOOK,
        "an onclose handler",
    )
    _place(root, FACTS)
    return write(root, LIVE_HOOK, _with(hook, "import { renewSignIn } from '../facts'"))


PAGE = (
    Fix("silent-chargers", "a charger without data stays in the totals", silent_chargers),
    Fix("prices-of-page", "prices and currency are constants of the page", prices_of_page),
    Fix("charger-names", "no charger has a name, and the chart mixes them", charger_names),
    Fix("sign-in-renewed", "a page that stays open dies after 12 hours", sign_in_renewed),
)
