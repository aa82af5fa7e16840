import { Ajv2020 } from 'ajv/dist/2020.js'
import { readFileSync } from 'node:fs'

const path = new URL('../docs/protocols/parley.schema.json', import.meta.url)
const schema = JSON.parse(readFileSync(path, 'utf8')) as {
  readonly $defs: { readonly [kind in 'requests' | 'replies' | 'events']: { readonly [name: string]: unknown } }
}
// Lists of required members stand beside the members that they are of, which strict mode does not see.
const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true }).addSchema(schema, 'parley')

/** Every message of the protocol `parley`, as the schema has it. */
export const messagesOfSchema = {
  requests: Object.keys(schema.$defs.requests),
  replies: Object.keys(schema.$defs.replies),
  events: Object.keys(schema.$defs.events),
}

type Frame = { readonly [member: string]: unknown }

/** What is wrong with a frame; null: nothing. */
function problem(frame: Frame, definition: string): string | null {
  const validate = ajv.getSchema(`parley#/$defs/${definition}`)
  if (!validate) return `the schema has no ${definition}: ${JSON.stringify(frame)}`
  if (validate(frame)) return null
  return `${JSON.stringify(frame)} is no ${definition}: ${ajv.errorsText(validate.errors)}`
}

/**
 * Holds one conversation against the schema, frame by frame. What the client says has to fit only
 * where the server accepts it, and not where the client tries what more a server has to accept.
 */
export class SchemaCheck {
  readonly problems: string[] = []
  /** The messages that were seen, as in `messagesOfSchema`. */
  readonly seen = { requests: new Set<string>(), replies: new Set<string>(), events: new Set<string>() }
  readonly #asked = new Map<string, Frame>()
  readonly #isClientFree: boolean

  constructor({ isClientFree = false } = {}) {
    this.#isClientFree = isClientFree
  }

  /** Text that may be anything. */
  client(text: string): void {
    const frame = frameOf(text)
    if (!frame) return
    if (frame['id'] === undefined) this.#request(frame)
    else this.#asked.set(idKey(frame['id']), frame)
  }

  server(text: string): void {
    const frame = frameOf(text)
    if (!frame) this.problems.push(`the server said what is no JSON object: ${text}`)
    else if (frame['event'] !== undefined) this.#event(frame)
    else this.#reply(frame)
  }

  /** A request without an id has no reply to be judged by, so what is wrong with it is passed over. */
  #request(frame: Frame): void {
    if (!problem(frame, `requests/${String(frame['do'])}`)) this.seen.requests.add(String(frame['do']))
  }

  #event(frame: Frame): void {
    const name = String(frame['event'])
    this.#note(problem(frame, `events/${name}`))
    this.seen.events.add(name)
  }

  #reply(frame: Frame): void {
    if (frame['ok'] !== true) return this.#note(problem(frame, 'refusal'))
    const request = this.#asked.get(idKey(frame['re']))
    const name = String(request?.['do'])
    if (!request) return this.#note(`a reply to nothing: ${JSON.stringify(frame)}`)
    if (!this.#isClientFree) this.#note(problem(request, `requests/${name}`))
    this.#note(problem(frame, `replies/${name}`))
    this.seen.requests.add(name)
    this.seen.replies.add(name)
  }

  #note(what: string | null): void {
    if (what !== null) this.problems.push(what)
  }
}

/** The same for the bytes of a connection, line by line. */
export function watchBytes(check: SchemaCheck) {
  const lines = (say: (line: string) => void) => {
    let pending = Buffer.alloc(0)
    return (bytes: Uint8Array) => {
      pending = Buffer.concat([pending, bytes])
      const end = Math.max(pending.lastIndexOf('\n'), pending.lastIndexOf('\r'))
      const whole = pending
        .subarray(0, end + 1)
        .toString()
        .split(/[\r\n]/)
      for (const line of whole) if (line !== '') say(line)
      pending = pending.subarray(end + 1)
    }
  }
  return { sent: lines((line) => check.client(line)), received: lines((line) => check.server(line)) }
}

function idKey(id: unknown): string {
  return JSON.stringify(typeof id === 'string' ? id.toWellFormed() : id)
}

function frameOf(text: string): Frame | null {
  try {
    const frame: unknown = JSON.parse(text)
    return typeof frame === 'object' && frame !== null && !Array.isArray(frame) ? (frame as Frame) : null
  } catch {
    return null
  }
}
