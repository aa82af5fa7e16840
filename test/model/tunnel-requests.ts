import type { Connection, State } from './state.ts'

const patienceMs = 60_000 // C-5
const mostPerUser = 8 // C-11

export interface TunnelRequest {
  readonly asker: Connection
  readonly asked: Connection
  readonly number: number
  readonly due: number
}

/** C-3, C-5 */
export function askForTunnel(state: State, by: Connection, to: string, number: number): void {
  const me = by.person!
  const refuse = (error: string) => by.heard.push(`ERROR ${error}`, packet('TCPAbort', me.name, to, number))
  const asked = [...(state.find(to)?.connections ?? [])].find(({ speech }) => speech === 'chatos')
  const mine = state.tunnels.filter(({ asker }) => asker === by)
  if (!asked) return void refuse('Unreachable-User')
  if (mine.some((each) => each.asked === asked)) return void refuse('TCP-In-Protocole')
  if (asked === by) return void refuse('Unreachable-User')
  if (mine.length >= mostPerUser) return void refuse('TCP-In-Protocole')
  if (!state.mayTalk(by)) return void refuse('Unreachable-User')
  state.tunnels.push({ asker: by, asked, number, due: state.logTime + patienceMs })
  asked.heard.push(packet('TCPAsk', me.name, asked.person!.name, number))
  by.heard.push('ERROR OK')
}

/** C-7: by the asker or by the asked. */
export function abortTunnel(state: State, by: Connection, sender: string, recipient: string, number: number): void {
  const me = by.person!.name
  if (sender !== me && recipient !== me) return void by.heard.push('ERROR Invalid-Pseudonym')
  const isMeant = ({ asker, asked, number: its }: TunnelRequest) =>
    its === number && hasName(asker, sender) && hasName(asked, recipient)
  const request = state.tunnels.find(isMeant)
  if (!request) return void by.heard.push('ERROR TCP-Not-In-Protocole')
  abort(state, request, [request.asker, request.asked])
  by.heard.push('ERROR OK')
}

export function tunnelIsDue(state: State, request: TunnelRequest): void {
  abort(state, request, [request.asker, request.asked])
}

/** C-9: the survivor is told. Called while both still have their names. */
export function leaveTunnels(state: State, who: Connection): void {
  const mine = state.tunnels.filter(({ asker, asked }) => asker === who || asked === who)
  for (const request of mine) abort(state, request, [request.asker === who ? request.asked : request.asker])
}

function abort(state: State, request: TunnelRequest, hearers: readonly Connection[]): void {
  state.tunnels = state.tunnels.filter((each) => each !== request)
  const line = packet('TCPAbort', request.asker.person!.name, request.asked.person!.name, request.number)
  for (const hearer of hearers) hearer.heard.push(line)
}

function hasName({ person }: Connection, name: string): boolean {
  return person!.name.toLowerCase() === name.toLowerCase()
}

export function packet(op: string, sender: string, recipient: string, password: number): string {
  return `${op} sender=${JSON.stringify(sender)} recipient=${JSON.stringify(recipient)} password=${password}`
}
