import { rate, short, sum, type Look } from './samples.ts'

interface PlotProps {
  readonly title: string
  readonly unit: string
  readonly values: readonly number[]
}

/** What is drawn: a title, a unit, and what each look says. */
const plots: readonly (readonly [string, string, (look: Look, before: Look | undefined) => number | null])[] = [
  ['Connections', '', (look) => sum(look, 'parley_connections')],
  ['Messages', '/s', rate('parley_messages_total')],
  ['Memory', 'B', (look) => sum(look, 'process_resident_memory_bytes')],
  ['Event loop late (p99)', 'ms', (look) => sum(look, 'parley_event_loop_delay_seconds', '0.99') * 1_000],
  ['Not read yet', 'B', (look) => sum(look, 'parley_unsent_bytes')],
  ['Waits for the disk', '', (look) => sum(look, 'parley_pending_writes')],
]
const width = 120
const height = 36

export function Plots({ looks }: { readonly looks: readonly Look[] }) {
  return (
    <div class="operator-plots">
      {plots.map(([title, unit, read]) => {
        const values = looks.flatMap((look, at) => read(look, looks[at - 1]) ?? [])
        return <Plot key={title} title={title} unit={unit} values={values} />
      })}
    </div>
  )
}

function Plot({ title, unit, values }: PlotProps) {
  const most = Math.max(1, ...values)
  const points = values.map((value, at) => {
    const x = (at * width) / Math.max(1, values.length - 1)
    return `${x.toFixed(1)},${(height - 1 - (value * (height - 2)) / most).toFixed(1)}`
  })
  const now = values.at(-1)
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <b>{now === undefined ? '–' : short(now, unit)}</b>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        <polyline points={points.join(' ')} />
      </svg>
    </figure>
  )
}
