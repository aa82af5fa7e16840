import type { Chat } from '@parley/client'
import { useEffect, useState } from 'preact/hooks'
import type { Look, Sample } from './samples.ts'

interface Subject {
  readonly kind: string
  readonly value: string
}

/** What an admin sees of the server, as the protocol tells it. */
export interface ServerState {
  readonly connections: readonly {
    readonly user: string
    readonly registered: boolean
    readonly connection: string
    readonly address: string
  }[]
  readonly accounts: readonly { readonly name: string; readonly admin: boolean }[]
  readonly level: string
  readonly slow: { readonly messages: number; readonly seconds: number } | null
  readonly sanctions: readonly {
    readonly measure: string
    readonly subject: Subject
    readonly reason: string
    readonly until: number | null
    readonly by: string
  }[]
  readonly listeners: readonly { readonly protocol: string; readonly host: string; readonly port: number }[]
  readonly entries: readonly {
    readonly at: number
    readonly by: string
    readonly action: string
    readonly subject: string
    readonly detail: string
  }[]
  readonly groups: readonly { readonly name: string }[]
}

const everyMs = 2_000
/** Two minutes. */
const mostLooks = 60

/** Follows the server. `problem`: why it could not be asked the last time. */
export function useServer({ admin, groups }: Chat) {
  const [looks, setLooks] = useState<readonly Look[]>([])
  const [state, setState] = useState<ServerState | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const fail = (error: Error) => setProblem(error.message)
  const read = async () => {
    const parts = ['online', 'accounts', 'rules', 'listeners', 'audit']
    const replies = await Promise.all([...parts.map((part) => admin.ask(part)), groups.list()])
    setState(Object.assign({}, ...replies.slice(0, -1), { groups: replies.at(-1) }) as ServerState)
  }
  const look = async () => {
    const { at, metrics } = await admin.ask('metrics')
    setLooks((before) => [...before, { at: at as number, samples: metrics as Sample[] }].slice(-mostLooks))
    await read()
    setProblem(null)
  }
  useEffect(() => {
    void look().catch(fail)
    const timer = setInterval(() => document.hidden || void look().catch(fail), everyMs)
    return () => clearInterval(timer)
  }, [admin])
  /** Asks for a change, and shows what is there then. */
  const act = (what: string, members: object) => {
    return admin
      .ask(what, members as Readonly<Record<string, unknown>>)
      .then(read)
      .then(() => setProblem(null), fail)
  }
  return { looks, state, problem, act }
}
