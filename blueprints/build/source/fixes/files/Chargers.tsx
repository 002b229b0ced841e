// All chargers by name, and since when there is no data of those that are silent.
// Added by the build of solarrally-tui.
import { useState } from 'react'
import { isSilent, type Message, type Unit } from '../facts'

interface Shown {
  shownId: string
  telemetryData: Message | null
  show: (unitId: string) => void
}

// The charger whose figures the page shows: the chosen one, or else the first that is not silent.
export const useShown = (units: Map<string, Unit>): Shown => {
  const [chosen, show] = useState('')
  const names = Array.from(units.keys()).sort()
  const live = names.find((name) => !isSilent(units.get(name)!))
  const shownId = units.has(chosen) ? chosen : (live ?? '')
  const unit = units.get(shownId)
  return { shownId, telemetryData: unit && !isSilent(unit) ? unit.telemetry : null, show }
}

const Chargers = ({ units, shownId, show }: { units: Map<string, Unit> } & Omit<Shown, 'telemetryData'>) => (
  <div className="bg-white rounded-xl p-6 shadow-sm border border-gray-100">
    <h3 className="text-lg font-semibold text-gray-900 mb-4">Chargers</h3>
    <table className="w-full text-sm text-left">
      <tbody>
        {Array.from(units.values())
          .sort((a, b) => a.unit_id.localeCompare(b.unit_id))
          .map((unit) => (
            <tr key={unit.unit_id} className={unit.unit_id === shownId ? 'bg-gray-50' : ''}>
              <td className="py-2 pr-4 font-medium text-gray-900">
                <button type="button" onClick={() => show(unit.unit_id)}>
                  {unit.unit_id}
                </button>
              </td>
              {isSilent(unit) ? (
                <td className="py-2 text-red-700" colSpan={2}>
                  no data since {new Date(unit.last_updated).toLocaleString()}
                </td>
              ) : (
                <>
                  <td className="py-2 pr-4 text-gray-600">{unit.telemetry.status}</td>
                  <td className="py-2 text-gray-600 text-right">
                    {Math.round(unit.telemetry.power_w).toLocaleString()} W
                  </td>
                </>
              )}
            </tr>
          ))}
      </tbody>
    </table>
  </div>
)

export default Chargers
