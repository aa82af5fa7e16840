import { fileHeader, Md5 } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { Clock } from '../clock.ts'
import type { OutgoingFile } from '../kit/outgoing-file.ts'
import type { JsonConnection } from './connection.ts'
import { FileConnection } from './file-port.ts'

/**
 * MD5 of all bytes, in hexadecimal digits. Rejects with `usage` where they cannot be read, or with
 * the signal's reason.
 */
export async function checksumOf(file: OutgoingFile, signal: AbortSignal): Promise<string> {
  const sum = new Md5()
  for await (const piece of file.bytes()) {
    signal.throwIfAborted()
    sum.update(piece)
  }
  return sum.hex()
}

/**
 * Sends a file that was accepted to the file port (J-16), and settles it. Rejects with a ChatError
 * where it does not get there.
 */
export async function sendFile(
  { context, form }: JsonConnection,
  file: OutgoingFile,
  transferId: string,
  checksum: string,
  signal: AbortSignal,
): Promise<void> {
  const prefix = `S${transferId}${fileHeader(file.name, checksum)}`
  const connection = await FileConnection.open(prefix, context, signal)
  try {
    file.settle((await upload(connection, file, form.confirmationMs, context.clock)) ? 'delivered' : 'sent')
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    connection.close()
  }
}

/**
 * Resolves with whether the server hung up in time: it says nothing here, and hangs up when the
 * other side has everything.
 */
async function upload(
  connection: FileConnection,
  file: OutgoingFile,
  confirmationMs: number,
  clock: Clock,
): Promise<boolean> {
  const { link } = connection
  let isOver = false
  const hungUp = drain().then(() => (isOver = true))
  let sent = 0
  for await (const piece of file.bytes()) {
    if (isOver || !(await link.write(piece))) throw brokenOff(file.user)
    connection.moved()
    file.progress((sent += piece.length))
  }
  if (!(await link.flushed())) throw brokenOff(file.user)
  link.end()
  const isConfirmed = await within(confirmationMs, hungUp, clock)
  if (link.lost) throw brokenOff(file.user)
  return isConfirmed

  async function drain(): Promise<void> {
    while (await link.read());
  }
}

/** Whether it came about in time. */
async function within(ms: number, promise: Promise<unknown>, clock: Clock): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const cancel = clock.after(ms, () => late.resolve(false))
  const isInTime = await Promise.race([promise.then(() => true), late.promise])
  cancel()
  return isInTime
}

function brokenOff(user: string): ChatError {
  return new ChatError(
    'refused',
    `cancelled by ${user}, or the connection of ${user} broke, before all of it was there`,
  )
}
