import { broadcast, tell } from '../kit/talk.ts'
import { encodeText } from '../kit/text.ts'
import type { CpFrame } from './codec.ts'
import type { CpConnection } from './connection.ts'
import { broadcastReplies, tellReplies } from './replies.ts'

const longestMessage = 1_009 // bytes, P-5
const everybody = 'all' // P-8

/** P-5 */
export function smsg(connection: CpConnection, { argument, readable }: CpFrame): void | Promise<void> {
  if (!readable) return connection.reply('540') // P-1
  const [receiver = '', text, ...more] = argument.split(':')
  if (text === undefined || more.length > 0) return connection.reply('546')
  if (encodeText(text).length > longestMessage) return connection.reply('540')
  const { context, listener } = connection
  if (listener.broadcasts && receiver.trim().toLowerCase() === everybody) {
    return broadcast(context, text, (said) => connection.reply(said.ok ? '240' : broadcastReplies[said.fail]))
  }
  // P-7: it is durable when this is told.
  return tell(context, receiver.trim(), text, (told) => connection.reply(told.ok ? '240' : tellReplies[told.fail]))
}
