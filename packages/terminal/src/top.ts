import { administer } from '@parley/server'
import { settingsOf, type PlaceOptions } from './settings.ts'
import { complain, type ExitCode, type Streams } from './streams.ts'
import { parseSamples, type Samples } from './top-samples.ts'
import { topRows } from './top-rows.ts'

export interface TopOptions extends PlaceOptions {
  readonly once?: boolean
  readonly url?: string
  readonly every?: string
}

type Read = () => Promise<
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string }
>

/** `parley top`: a running server at a glance, again and again until `q`. */
export async function top(options: TopOptions, streams: Streams): Promise<ExitCode> {
  const seconds = Number(options.every ?? 2)
  if (!(seconds >= 0.2 && seconds <= 3_600)) return complain(streams, '--every takes seconds, from 0.2 to 3600.', 2)
  const read = await readerOf(options)
  if (typeof read === 'string') return complain(streams, read, 2)
  const { input, output } = streams
  const isLive = options.once !== true && output.isTTY === true && input.isTTY === true
  if (!isLive) {
    const now = await look(read)
    if (typeof now === 'string') return complain(streams, now, 1)
    output.write(`${topRows(now, null, size(streams)).join('\n')}\n`)
    return 0
  }
  const problem = await watch(read, seconds * 1_000, streams)
  return problem === null ? 0 : complain(streams, problem, 1)
}

/** Returns after `q`, or with why there is nothing to see. The screen of before is back by then. */
async function watch(read: Read, ms: number, streams: Streams): Promise<string | null> {
  const { input, output } = streams
  let stop = (): void => {}
  const stopped = new Promise<'stop'>((resolve) => (stop = () => resolve('stop')))
  const onKey = (key: Buffer | string) => {
    if (/[qQ\u0003\u0004]/.test(String(key))) stop()
  }
  input.setRawMode?.(true)
  input.on('data', onKey)
  input.resume()
  output.write('\u001b[?1049h\u001b[?25l')
  try {
    for (let before: Samples | null = null; ;) {
      const now = await Promise.race([look(read), stopped])
      if (now === 'stop') return null
      if (typeof now === 'string') return now
      const rows = topRows(now, before, size(streams))
      output.write(`\u001b[H${rows.map((row) => `${row}\u001b[K`).join('\r\n')}\u001b[J`)
      before = now
      const { wait, cancel } = pause(ms)
      const next = await Promise.race([wait, stopped])
      cancel()
      if (next === 'stop') return null
    }
  } finally {
    output.write('\u001b[?25h\u001b[?1049l')
    input.off('data', onKey)
    input.setRawMode?.(false)
    input.pause()
  }
}

function pause(ms: number): { readonly wait: Promise<'go'>; cancel(): void } {
  let timer: NodeJS.Timeout | undefined
  const wait = new Promise<'go'>((resolve) => (timer = setTimeout(() => resolve('go'), ms)))
  return { wait, cancel: () => clearTimeout(timer) }
}

function size({ output }: Streams): { readonly columns: number; readonly rows: number } {
  return { columns: output.columns ?? 80, rows: output.rows ?? 24 }
}

/** What there is now, or why there is nothing. */
async function look(read: Read): Promise<Samples | string> {
  const found = await read()
  return found.ok ? parseSamples(found.text, performance.now()) : found.message
}

/** How the metrics are read, or what is wrong with the options. */
async function readerOf(options: TopOptions): Promise<Read | string> {
  const { url } = options
  if (url !== undefined) {
    if (!URL.canParse(url) || !/^https?:/.test(url)) return `--url cannot be "${url}"; write http://HOST:PORT/metrics.`
    return () => fetched(url)
  }
  const found = await settingsOf(options)
  if (!found.ok) return found.message
  const { data } = found.settings
  return async () => {
    const asked = await administer(data, { do: 'metrics.show' })
    if (!asked.ok) return asked
    return asked.result.ok
      ? { ok: true, text: asked.result.value }
      : { ok: false, message: 'The server has no metrics.' }
  }
}

async function fetched(url: string): ReturnType<Read> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
    if (!response.ok)
      return { ok: false, message: `${url} says ${response.status}; is it the page /metrics of Parley?` }
    return { ok: true, text: await response.text() }
  } catch {
    return { ok: false, message: `Nothing can be read at ${url}; was the server started with --admin-listen?` }
  }
}
