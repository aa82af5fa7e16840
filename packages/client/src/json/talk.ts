import { isBody, textMember, type Body } from '@parley/protocols'
import type { Talk } from '../features.ts'
import type { JsonConnection } from './connection.ts'
import { parsed } from './form.ts'
import { accepted, refusal } from './replies.ts'

const emptyMessage = 6008

/** Broadcasts and plain private messages: json.txt 4 and 8. */
export class JsonTalk implements Talk {
  readonly #connection: JsonConnection

  constructor(connection: JsonConnection) {
    this.#connection = connection
  }

  async say(text: string): Promise<void> {
    // A server that relays what it did not read would take it.
    if (text.trim() === '') throw refusal({ code: emptyMessage })
    const body = this.#connection.form.broadcast(text)
    await this.#connection.request({ header: 'BROADCAST_REQ', body, reply: 'BROADCAST_RESP', read: accepted })
  }

  async tell(user: string, text: string): Promise<void> {
    const body = { receiver: user, message: text }
    // In turn, because the field form refuses sealed messages in the same words (J-17).
    await this.#connection.inTurn(() =>
      this.#connection.request({
        header: 'PRIVATE_MESSAGE_REQ',
        body,
        reply: 'PRIVATE_MESSAGE_RESP',
        read: accepted,
      }),
    )
  }

  hearBroadcast(body: Body): void {
    const { context, form } = this.#connection
    const from = textMember(body, 'username')
    const message = textMember(body, 'message')
    if (from === undefined || message === undefined) {
      return this.#connection.violation('BROADCAST came without what belongs into it')
    }
    context.emit('broadcast', { from, text: form.broadcastText(message) })
  }

  hearMessage(body: Body): void {
    const message = privateMessageIn(body)
    if (message) this.#connection.context.emit('plain-message', message)
    else this.#connection.violation('PRIVATE_MESSAGE came without what belongs into it')
  }
}

/**
 * In the document's form, and in that of the field, JSON inside a string (J-6). Undefined: it is
 * neither.
 */
function privateMessageIn(body: Body): { readonly from: string; readonly text: string } | undefined {
  const text = textMember(body, 'message')
  if (text === undefined) return undefined
  const from = textMember(body, 'sender')
  if (from !== undefined) return { from, text }
  const inner = parsed(text)
  if (!isBody(inner)) return undefined
  const innerFrom = textMember(inner, 'sender')
  const innerText = textMember(inner, 'message')
  return innerFrom === undefined || innerText === undefined ? undefined : { from: innerFrom, text: innerText }
}
