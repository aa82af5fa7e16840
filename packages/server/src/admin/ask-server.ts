import { connect, type Socket } from 'node:net'
import { systemReason } from '../system-reason.ts'
import { hookFailures } from './hook-requests.ts'
import { readLine } from './read-line.ts'
import { formatRequest, parseObject, type AdminRequest, type AdminResult } from './requests.ts'
import { adminSocket, pathTooLong, reachSocket } from './socket-path.ts'

/** A reply may wait for the hashes of many who sign in; a list of accounts may be long. */
const replyLimits = { ms: 30_000, bytes: 64 * 1_048_576 }
/** A database may be large, and its disk slow. */
const backupMs = 3_600_000

/** `message`: why there is no result, for people. */
export type Asked =
  { readonly ok: true; readonly result: AdminResult } | { readonly ok: false; readonly message: string }

/** Asks the server that holds the directory. Null: nobody listens there. */
export async function askServer(directory: string, request: AdminRequest): Promise<Asked | null> {
  const opened = await open(directory)
  if (opened === null || 'message' in opened) return opened
  const { socket } = opened
  socket.write(formatRequest(request))
  const ms = request.do === 'backup' ? backupMs : replyLimits.ms
  const line = await readLine(socket, { ...replyLimits, ms })
  socket.destroy()
  if (!line.ok) return unanswered(directory)
  const reply = parseObject(line.value)
  if (reply?.['ok'] === true && 'value' in reply) return { ok: true, result: reply as unknown as AdminResult }
  if (reply?.['ok'] !== false || typeof reply['fail'] !== 'string') return unanswered(directory)
  if (failures.has(reply['fail'])) return { ok: true, result: reply as unknown as AdminResult }
  return { ok: false, message: `The running server refused: ${String(reply['message'])}` }
}

const failures: ReadonlySet<string> = new Set([
  'account-exists',
  'too-many-sanctions',
  'no-such-sanction',
  'no-such-user',
  'no-such-account',
  'unavailable',
  'no-room',
  ...hookFailures,
])

function unanswered(directory: string): Asked {
  const message = `The server at ${adminSocket(directory)} did not reply, and may have done it or not.`
  return { ok: false, message: `${message} See with parley user list or parley hook list, and try again.` }
}

async function open(directory: string): Promise<{ socket: Socket } | { ok: false; message: string } | null> {
  try {
    const at = reachSocket(directory)
    if (!at) return { ok: false, message: `No server can be asked: ${pathTooLong(directory)}.` }
    try {
      return await new Promise((resolve, reject) => {
        const socket = connect(at.path)
        socket.once('connect', () => resolve({ socket: socket.on('error', () => {}) }))
        socket.once('error', reject)
      })
    } finally {
      at.release()
    }
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (nobodyThere.has(code)) return null
    return { ok: false, message: `Cannot ask the server at ${adminSocket(directory)}: ${systemReason(error)}.` }
  }
}

/** No such file; left behind by a server that was killed; no socket; no such directory. */
const nobodyThere: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'ENOTDIR'])
