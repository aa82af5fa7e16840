import {
  ChatError,
  type Ability,
  type Chat,
  type ChatEvents,
  type ChatGroups,
  type ConnectOptions,
  type Delivery,
  type Game,
  type Sealing,
  type SentByChat,
  type StoredMessage,
  type Tunnels,
} from '@parley/client'
import { FakeStreams } from './fake-streams.ts'
import type { ClientEnvironment } from './client-environment.ts'

/** For tests: a chat that writes down what it is asked for, answers what it is told to, and says what a test lets it say. */
export class FakeChat implements Chat {
  readonly protocol: string
  readonly can: ReadonlySet<Ability>
  readonly calls: string[] = []
  /** What each of these is answered with; an error rejects. */
  readonly answers: { [call: string]: unknown } = {}
  me = 'alice'
  state: Chat['state'] = 'connected'
  isCaughtUp = true
  stored: readonly StoredMessage[] = []
  readonly #listeners = new Map<string, Set<(what: never) => void>>()

  constructor(protocol = 'helo', can: readonly Ability[] = ['users', 'say', 'tell', 'groups', 'files', 'sealing']) {
    this.protocol = protocol
    this.can = new Set(can)
  }

  on<K extends keyof ChatEvents>(event: K, run: (what: ChatEvents[K]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, listeners.add(run))
    return () => void listeners.delete(run)
  }

  emit<K extends keyof ChatEvents>(event: K, what: ChatEvents[K]): void {
    for (const run of this.#listeners.get(event) ?? []) run(what as never)
  }

  users = () => this.#answer<readonly string[]>('users', ['alice', 'bob'])
  say = (text: string) => this.#answer<void>(`say ${text}`)
  tell = (user: string, text: string, how = '') =>
    this.#answer<'sealed' | 'weak' | 'plain'>(`tell ${user} ${text}${how === 'sealed' ? ' sealed' : ''}`, 'sealed')

  sendFile = (user: string, { name, size }: { readonly name: string; readonly size: number }): SentByChat => {
    let progress: (sent: number, size: number) => void = () => {}
    return {
      onProgress: (run) => void (progress = run),
      cancel: () => {},
      secrecy: Promise.resolve('plain'),
      delivered: this.#answer<Delivery>(`file ${user} ${name} ${size}`, 'delivered').then((how) => {
        progress(size, size)
        return how
      }),
    }
  }

  retry = () => void this.calls.push('retry')

  readonly groups: ChatGroups = {
    create: (group) => this.#answer(`create ${group}`),
    join: (group) => this.#answer(`join ${group}`),
    leave: (group) => this.#answer(`leave ${group}`),
    kick: (group, user) => this.#answer(`kick ${group} ${user}`),
    handOn: (group, user) => this.#answer(`handon ${group} ${user}`),
    say: (group, text, { sealing = 'sealed-if-possible' } = {}) =>
      this.#answer<'sealed' | 'plain' | null>(`groupsay ${group} ${text}${sealing === 'plain' ? ' plain' : ''}`, null),
    list: () => this.#answer('list', []),
  }

  readonly game: Game = {
    start: () => this.#answer('start'),
    join: () => this.#answer('joingame'),
    guess: (number) => this.#answer(`guess ${number}`, 'low'),
  }

  readonly history: Chat['history'] = {
    page: (of) => this.#answer(`page ${of}`, { messages: [], more: { before: false, after: false } }),
    search: (text) => this.#answer(`search ${text}`, []),
    conversations: () => this.#answer('conversations', []),
    read: (of, seq) => this.#answer(`read ${of} ${seq}`),
    received: (seq) => this.#answer(`received ${seq}`),
    delete: (seq) => this.#answer(`delete ${seq}`),
    export: async function* () {},
  }

  readonly devices: Chat['devices'] = {
    list: () => this.#answer('devices', []),
    revoke: (id) => this.#answer(`revoke ${id}`),
  }

  readonly backup: Chat['backup'] = {
    put: (blob) => this.#answer(`backup ${blob}`),
    get: () => this.#answer<string | null>('backup', null),
  }

  readonly lens: Chat['lens'] = { show: () => this.#answer('lens', { renditions: [], clauses: {} }) }

  readonly admin: Chat['admin'] = { isAdmin: () => false, ask: (what) => this.#answer(`admin ${what}`, {}) }

  readonly recovery = {
    isNeeded: false,
    make: () => this.#answer('recovery make', 'one two three'),
    restore: (phrase: string) => this.#answer<void>(`recovery restore ${phrase}`),
    beginAnew: () => this.#answer<void>('recovery anew'),
  }

  readonly mailbox = { fetch: () => this.#fetch() }
  tunnels: Tunnels = { ask: () => Promise.reject(new ChatError('cannot', 'no tunnels')) }
  readonly sealing: Sealing = {
    safetyNumber: (user) => this.#answer(`number ${user}`, '11111 22222'),
    acceptKey: (user) => this.#answer(`accept ${user}`),
  }

  async close(): Promise<void> {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.calls.push('close')
    this.emit('closed', { reason: 'closed here' })
  }

  async *#fetch(): AsyncIterable<StoredMessage> {
    for (const message of this.stored) {
      yield message
      this.calls.push(`acknowledge ${message.text}`)
    }
  }

  async #answer<T>(call: string, otherwise?: T): Promise<T> {
    this.calls.push(call)
    const answer = this.answers[call] ?? this.answers[call.split(' ')[0] ?? '']
    // A list of answers is given one after the other.
    const now: unknown = Array.isArray(answer) && answer[0] instanceof Error ? answer.shift() : answer
    if (now instanceof Error) throw now
    return (now ?? otherwise) as T
  }
}

/** For tests: an environment with these streams, in which every URL leads to this chat. */
export function fakeEnvironment(chat: FakeChat, streams: FakeStreams, variables: ClientEnvironment['variables'] = {}) {
  const dialled: { url: string; password: string | undefined }[] = []
  const stop = new AbortController()
  const environment: ClientEnvironment = {
    streams,
    variables,
    dial: async (url: string, options: ConnectOptions) => {
      dialled.push({ url, password: options.password })
      options.prepare?.(chat)
      const refusal = chat.answers[`dial ${options.password ?? ''}`]
      if (refusal instanceof Error) throw refusal
      return chat
    },
    stop: stop.signal,
  }
  return { environment, dialled, stop }
}
