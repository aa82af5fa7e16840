import { openSync } from 'node:fs'
import { systemReason } from './system-reason.ts'
import type { LogSettings } from './config/settings.ts'
import { silentLogger, type Logger } from './logger.ts'

export type OpenedLogger =
  { readonly ok: true; readonly logger: Logger } | { readonly ok: false; readonly message: string }

const standardError = 2
/**
 * Characters that wait while whoever reads the log does not, or the disk is full; past it lines are
 * lost.
 */
const waitingLimit = 1_048_576

/**
 * One JSON object per line: level, time (ISO 8601), the fields, msg. A line is written before the
 * call returns, so that nothing is missing when the process ends. A file is appended to, and made
 * readable by its owner only.
 */
export async function openJsonLogger({ level, file }: LogSettings): Promise<OpenedLogger> {
  if (level === 'silent') return { ok: true, logger: silentLogger }
  let descriptor = standardError
  try {
    if (file !== null) descriptor = openSync(file, 'a', 0o600)
  } catch (error) {
    return { ok: false, message: `The log file ${file} cannot be written: ${systemReason(error)}.` }
  }
  const { default: pino } = await import('pino')
  const destination = pino.destination({
    dest: descriptor,
    sync: true,
    maxLength: waitingLimit,
    // A pipe that is full at the moment is tried again with the next line: waiting for it would
    // hold up everybody.
    retryEAGAIN: () => false,
  })
  // There is nobody left to tell that the log cannot be written, and the chat goes on without it.
  destination.on('error', () => {})
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
    },
    destination,
  )
  return { ok: true, logger }
}
