import { cleanLine } from '@parley/client/conversations'
import { labelled, type Samples } from './top-samples.ts'

interface Size {
  readonly columns: number
  readonly rows: number
}

/** At most as many rows as the terminal has, none wider. `before` null: nothing to take rates from. */
export function topRows(now: Samples, before: Samples | null, { columns, rows }: Size): readonly string[] {
  const value = (name: string) => now.values.get(name) ?? 0
  const delay = (quantile: string) => milliseconds(value(`parley_event_loop_delay_seconds{quantile="${quantile}"}`))
  const mean = (name: string) => milliseconds(meanOf(now, before, name))
  const kinds = ['guest', 'registered'].map((kind) => value(`parley_users{kind="${kind}"}`))
  const lines = [
    `parley top    up ${duration(Date.now() / 1_000 - value('process_start_time_seconds'))}    q quits`,
    '',
    row('users', `${kinds[0]! + kinds[1]!}`, `guests ${kinds[0]}, registered ${kinds[1]}`),
    row('memory', megabytes(value('process_resident_memory_bytes')), `descriptors ${value('process_open_fds')}`),
    row(
      'processor',
      cpu(now, before),
      `event loop late: p50 ${delay('0.5')}, p99 ${delay('0.99')}, most ${delay('1')}`,
    ),
    row('flush', mean('parley_flush_duration_seconds'), `unsent ${megabytes(value('parley_unsent_bytes'))}`),
    row('commit', mean('parley_store_commit_duration_seconds'), disk(value)),
    '',
    tableRow(['protocol', 'connections', 'sign-ins', 'messages', 'messages/s']),
    ...labelled(now, 'parley_connections', 'protocol').map(([protocol, open]) => {
      const of = (family: string) => `${family}{protocol="${cleanLine(protocol)}"}`
      const messages = of('parley_messages_total')
      const rate = perSecond(now, before, messages)
      const signIns = value(of('parley_sign_ins_total'))
      return tableRow([cleanLine(protocol), `${open}`, `${signIns}`, `${value(messages)}`, rate])
    }),
    '',
    counted('refused', labelled(now, 'parley_refusals_total', 'limit')),
    counted('ended', labelled(now, 'parley_disconnections_total', 'reason')),
  ]
  return lines.slice(0, rows).map((line) => line.slice(0, columns))
}

function row(name: string, value: string, more: string): string {
  return `${name.padEnd(11)}${value.padEnd(12)}${more}`
}

function tableRow([name = '', ...cells]: readonly string[]): string {
  return name.padEnd(15) + cells.map((cell) => cell.padStart(13)).join('')
}

function counted(what: string, counts: readonly (readonly [string, number])[]): string {
  const sorted = [...counts].sort(([, one], [, other]) => other - one)
  return `${what.padEnd(11)}${sorted.map(([name, count]) => `${cleanLine(name)} ${count}`).join(', ') || 'none'}`
}

function disk(value: (name: string) => number): string {
  const state = value('parley_store_writable') === 1 ? 'takes writes' : 'TAKES NO WRITES'
  return `writes waiting ${value('parley_pending_writes')}, the store ${state}`
}

/** Seconds, since the look before or since the start. */
function meanOf(now: Samples, before: Samples | null, name: string): number {
  const grown = (suffix: string) => (now.values.get(name + suffix) ?? 0) - (before?.values.get(name + suffix) ?? 0)
  return grown('_count') > 0 ? grown('_sum') / grown('_count') : 0
}

function grownPerSecond(now: Samples, before: Samples | null, name: string): number | null {
  if (!before || now.at <= before.at) return null
  return ((now.values.get(name) ?? 0) - (before.values.get(name) ?? 0)) / ((now.at - before.at) / 1_000)
}

function perSecond(now: Samples, before: Samples | null, name: string): string {
  return grownPerSecond(now, before, name)?.toFixed(1) ?? '-'
}

function cpu(now: Samples, before: Samples | null): string {
  const share = grownPerSecond(now, before, 'process_cpu_seconds_total')
  return share === null ? '-' : `${(share * 100).toFixed(0)} %`
}

function milliseconds(seconds: number): string {
  return `${(seconds * 1_000).toFixed(1)} ms`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MB`
}

function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const [days, hours, minutes] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3_600) % 24,
    Math.floor(whole / 60) % 60,
  ]
  return days > 0 ? `${days} d ${hours} h` : hours > 0 ? `${hours} h ${minutes} m` : `${minutes} m ${whole % 60} s`
}
