import type { LogSettings } from '../config/settings.ts'
import { silentLogger, type Logger } from '../logger.ts'
import { systemReason } from '../system-reason.ts'
import { LineQueue } from './line-queue.ts'
import { openFile, openStandardError } from './outlet.ts'

export type OpenedLogger =
  { readonly ok: true; readonly logger: JsonLogger } | { readonly ok: false; readonly message: string }

/** How long a log may take to be written at the end. */
const patienceMs = 500

interface Target {
  readonly logger: Logger
  readonly queue: LineQueue | null
}

/**
 * One JSON object per line: level, time (ISO 8601), the fields, msg. A file is appended to, and
 * made readable by its owner only. No call waits for whoever reads the lines, or for a disk.
 */
export async function openJsonLogger(settings: LogSettings): Promise<OpenedLogger> {
  const target = await open(settings)
  return 'message' in target ? { ok: false, message: target.message } : { ok: true, logger: new JsonLogger(target) }
}

export class JsonLogger implements Logger {
  #target: Target

  constructor(target: Target) {
    this.#target = target
  }

  debug(fields: object, message: string): void {
    this.#target.logger.debug(fields, message)
  }

  info(fields: object, message: string): void {
    this.#target.logger.info(fields, message)
  }

  warn(fields: object, message: string): void {
    this.#target.logger.warn(fields, message)
  }

  error(fields: object, message: string): void {
    this.#target.logger.error(fields, message)
  }

  /** Opens the file anew, which may have been moved away. Returns why it goes on as before, or null. */
  async reopen(settings: LogSettings): Promise<string | null> {
    const target = await open(settings)
    if ('message' in target) return target.message
    const { queue } = this.#target
    this.#target = target
    await queue?.close(patienceMs)
    return null
  }

  /** Resolves when the lines are written, or nobody takes them. */
  async close(): Promise<void> {
    await this.#target.queue?.close(patienceMs)
  }
}

async function open({ level, file }: LogSettings): Promise<Target | { readonly message: string }> {
  if (level === 'silent') return { logger: silentLogger, queue: null }
  let queue: LineQueue
  try {
    queue = new LineQueue(file === null ? openStandardError() : openFile(file), lostLine)
  } catch (error) {
    return { message: `The log file ${file ?? 'standard error'} cannot be written: ${systemReason(error)}.` }
  }
  const { default: pino } = await import('pino')
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: pino.stdSerializers.err },
  }
  return { logger: pino(options, queue), queue }
}

function lostLine(lost: number): string {
  const time = new Date().toISOString()
  return `${JSON.stringify({ level: 'warn', time, lost, msg: 'lines of the log were lost: nobody took them' })}\n`
}
