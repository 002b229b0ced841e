// What the page asks its site: prices, and after how long a charger counts as silent.
// Added by the build of solarrally-tui.
import { useEffect, useState } from 'react'

export interface Message {
  timestamp: string
  session_id: string | null
  unit_id?: string
  voltage_v: number
  current_a: number
  power_w: number
  session_energy_kwh_solar: number
  session_energy_kwh_grid: number
  session_total_energy_kwh: number
  energy_source: 'solar' | 'grid' | 'none'
  temperature_c: number
  status: 'available' | 'preparing' | 'charging' | 'finishing' | 'faulted'
}

export interface Unit {
  unit_id: string
  telemetry: Message
  last_updated: string
}

interface Site {
  currency: string
  solar_price_per_kwh: number
  grid_price_per_kwh: number
  silent_after_seconds: number
  chargers: { unit_id: string; age_seconds: number; telemetry: Message }[]
}

// A backend that does not know its site says nothing of money.
let site: Site = {
  currency: '',
  solar_price_per_kwh: 0,
  grid_price_per_kwh: 0,
  silent_after_seconds: 60,
  chargers: [],
}
const listeners = new Set<(known: Site) => void>()

export const loadSite = async (): Promise<Site> => {
  try {
    const answer = await fetch('/api/v1/site', { cache: 'no-store' })
    if (answer.ok) {
      site = (await answer.json()) as Site
      listeners.forEach((listener) => listener(site))
      return site
    }
  } catch {
    // The socket says that there is no connection; this is asked again with the next one.
  }
  // The ages in an older answer would make what was heard long ago look new.
  return { ...site, chargers: [] }
}

export const useSite = (): Site => {
  const [known, setKnown] = useState(site)
  useEffect(() => {
    listeners.add(setKnown)
    setKnown(site)
    return () => {
      listeners.delete(setKnown)
    }
  }, [])
  return known
}

// Chargers of which nothing has arrived here yet, with the age of what the site has heard.
export const withHeard = <T extends Unit>(units: Map<string, T>, known: Site): Map<string, T> => {
  const all = new Map(units)
  for (const { unit_id, age_seconds, telemetry } of known.chargers) {
    const heard = Date.now() - age_seconds * 1000
    const here = all.get(unit_id)
    if (!here || Date.parse(here.last_updated) < heard) {
      all.set(unit_id, { unit_id, telemetry, last_updated: new Date(heard).toISOString() } as T)
    }
  }
  return all
}

export const isSilent = (unit: Unit): boolean =>
  Date.now() - Date.parse(unit.last_updated) > site.silent_after_seconds * 1000

export const lastHeard = (units: Map<string, Unit>): string =>
  Array.from(units.values()).reduce((last, u) => (u.last_updated > last ? u.last_updated : last), '')

export const anyLive = (units: Map<string, Unit>): boolean =>
  Array.from(units.values()).some((unit) => !isSilent(unit))

export const noData = (units: Map<string, Unit>): string => {
  const last = lastHeard(units)
  return last ? `No data since ${new Date(last).toLocaleTimeString()}` : 'No data yet'
}

export const money = (amount: number): string => {
  if (!site.currency) return 'no price set'
  try {
    return new Intl.NumberFormat(undefined, { style: 'currency', currency: site.currency }).format(
      amount,
    )
  } catch {
    return `${site.currency} ${amount.toFixed(2)}`
  }
}

// A request for the page renews the viewer's cookie. Where it is gone, a reload asks for the
// password, which a browser may still have; a page that stays would never connect again.
let asked = 0
export const renewSignIn = async (): Promise<void> => {
  if (Date.now() - asked < 20_000) return
  asked = Date.now()
  try {
    const answer = await fetch('/', { headers: { accept: 'text/html' }, cache: 'no-store' })
    if (answer.status === 401) location.reload()
  } catch {
    // No connection: the next attempt asks again.
  }
}

setInterval(renewSignIn, 30 * 60_000)
if (location.search.startsWith('?signed')) history.replaceState(null, '', location.pathname)
