import { fileHeader, Md5 } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { Clock } from '../clock.ts'
import type { Delivery } from '../features.ts'
import { endedBy } from '../kit/ended-by.ts'
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
  main: JsonConnection,
  file: OutgoingFile,
  transferId: string,
  checksum: string,
  signal: AbortSignal,
): Promise<void> {
  const { context, form } = main
  const prefix = `S${transferId}${fileHeader(file.name, checksum)}`
  const connection = await FileConnection.open(prefix, context, signal)
  try {
    const how = await upload(connection, file, form.confirmationMs, context.clock)
    if (how !== 'broken-off') return file.settle(how)
    const who = await endedBy(file.user, () => main.users())
    throw new ChatError('refused', `${who} before all of it was there`)
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    connection.close()
  }
}

/**
 * `delivered`: the server hung up in time. It says nothing here, and hangs up when the other side has
 * everything. `broken-off`: it hung up before.
 */
async function upload(
  connection: FileConnection,
  file: OutgoingFile,
  confirmationMs: number,
  clock: Clock,
): Promise<Delivery | 'broken-off'> {
  const { link } = connection
  let isOver = false
  const hungUp = drain().then(() => (isOver = true))
  let sent = 0
  for await (const piece of file.bytes()) {
    if (isOver || !(await link.write(piece))) return 'broken-off'
    connection.moved()
    file.progress((sent += piece.length))
  }
  if (!(await link.flushed())) return 'broken-off'
  link.end()
  const isConfirmed = await within(confirmationMs, hungUp, clock)
  if (link.lost) return 'broken-off'
  return isConfirmed ? 'delivered' : 'sent'

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
