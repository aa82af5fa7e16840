import { fail, ok, type Result } from '@parley/core'
import type { Socket } from 'node:net'

export interface LineLimits {
  /** Until the line is there, whatever comes meanwhile. */
  readonly ms: number
  readonly bytes: number
}

/** `no-line`: the connection ended before the line did. */
export type LineFailure = 'too-long' | 'too-slow' | 'not-utf-8' | 'no-line'

/** The first line that a socket says. What comes behind it is not looked at. */
export async function readLine(socket: Socket, { ms, bytes }: LineLimits): Promise<Result<string, LineFailure>> {
  const chunks: Buffer[] = []
  let length = 0
  const read = await new Promise<Result<void, LineFailure>>((resolve) => {
    const timer = setTimeout(() => resolve(fail('too-slow')), ms)
    const finish = (result: Result<void, LineFailure>) => {
      clearTimeout(timer)
      resolve(result)
    }
    socket.on('data', (chunk: Buffer) => {
      const end = chunk.indexOf('\n')
      length += end < 0 ? chunk.length : end
      chunks.push(end < 0 ? chunk : chunk.subarray(0, end))
      if (length > bytes) finish(fail('too-long'))
      else if (end >= 0) finish(ok(undefined))
    })
    for (const over of ['end', 'close'] as const) socket.once(over, () => finish(fail('no-line')))
  })
  socket.pause()
  socket.removeAllListeners('data')
  if (!read.ok) return read
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)))
  } catch {
    return fail('not-utf-8')
  }
}
