import { ChatError } from '../chat-error.ts'
import { hello, type ParleyConnection } from './connection.ts'
import { isRefusedAs } from './replies.ts'
import { flag, members, natural, optional, text, user } from './shapes.ts'

const version = 1
const clientName = 'parley-client'
const signedIn = members({ name: user, registered: flag, seq: natural, token: optional(text), admin: optional(flag) })

/** Says who this is, and hears what the server can do. */
export async function greet(connection: ParleyConnection): Promise<void> {
  const said = await connection.request('hello', { versions: [version], client: clientName }, hello)
  if (said.version !== version || said.limits.chunk === 0 || said.limits.frame === 0) {
    throw new ChatError('broken-server', 'the greeting of the server is none of this version')
  }
  connection.hello = said
  // It speaks at least so often.
  if (said.pingSeconds > 0) connection.expectEvery(said.pingSeconds * 2_000)
}

/** By the token of this device, where there is one that still counts, and else by the password. */
export async function signIn(connection: ParleyConnection): Promise<void> {
  const { device, password } = connection.context
  if (device.token === null) return byPassword(connection)
  try {
    await request(connection, { token: device.token })
  } catch (error) {
    if (!isRefusedAs('name-taken', error)) throw error
    device.remember(null)
    if (password === undefined) throw noToken(error)
    await byPassword(connection)
  }
}

async function byPassword(connection: ParleyConnection): Promise<void> {
  const { device, password } = connection.context
  const label = password === undefined ? undefined : device.label
  await request(connection, {
    ...(password !== undefined && { password }),
    ...(label !== undefined && { device: label }),
  })
}

async function request(connection: ParleyConnection, proof: { readonly [member: string]: string }): Promise<void> {
  const { context, messages } = connection
  const { name, cursor, device } = context
  const after = connection.hello.features.includes('history') ? cursor.heard : null
  await connection.request('sign-in', { name, ...proof, ...(after !== null && { after }) }, signedIn, {
    // Before the events that stand behind it.
    told: (reply) => {
      connection.me = reply.name
      connection.isAdmin = reply.admin === true
      if (reply.token !== undefined) device.remember(reply.token)
      cursor.restrict(reply.seq)
      messages.begin(reply.seq, after === null)
    },
  })
}

function noToken(cause: unknown): ChatError {
  const why = 'the token of this device is not valid any more, or somebody has the name; sign in with the password'
  return new ChatError('name-taken', why, { cause })
}
