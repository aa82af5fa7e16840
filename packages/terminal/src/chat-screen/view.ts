import type { CommandSpec } from '../chat-model/commands.ts'
import type { Line, Transfer } from '@parley/client/conversations'

/** All that the screen shows at one moment, cleaned. */
export interface View {
  readonly me: string
  /** Words that call this user: the name, and those of the settings. */
  readonly highlights: readonly string[]
  readonly protocol: string
  /** `host:port`; null: not known. */
  readonly server: string | null
  readonly connection: Connection
  readonly open: OpenConversation
  /** Of the open conversation, and what is to be seen in all of them; the last 2,000. */
  readonly lines: readonly Line[]
  /** Messages of the open conversation that wait to be sent, and can be taken back. */
  readonly waiting: number
  /** The last line of the open conversation that was read when it was left; null: all of them were. */
  readonly readUpTo: number | null
  /** What stands above a line, by its id: that something before it is not here, or is being loaded. */
  readonly gaps: ReadonlyMap<number, string>
  /** The conversations that there are, everybody first, the others in the order in which they came: one keeps its place. */
  readonly talks: readonly Entry[]
  /** Who is here, where the protocol tells. */
  readonly users: readonly Entry[]
  /** null: the protocol does not tell who is here. */
  readonly here: number | null
  readonly invitations: readonly InvitationEntry[]
  readonly transfers: readonly Transfer[]
  /** Others who are let through to a place of this machine's network, in words. */
  readonly letThrough: readonly string[]
  /** In conversations that are not open, and in the open one while nobody saw the window. */
  readonly unread: number
  readonly raw: boolean
  /** What this protocol has commands for. */
  readonly commands: readonly CommandSpec[]
}

export type Connection =
  | { readonly is: 'connected' }
  | { readonly is: 'reconnecting'; readonly attempt: number }
  | { readonly is: 'closed'; readonly reason: string }

export interface OpenConversation {
  /** `all`, `@user` or `#group`, in lower case. */
  readonly key: string
  readonly title: string
  /** In words: how what is written here is protected. */
  readonly protection: string
  readonly isProtected: boolean
  /** The key of the other one has changed: nothing is sent. */
  readonly isDistrusted: boolean
}

/** A row of the side panel that opens a conversation. */
export interface Entry {
  readonly key: string
  /** What ConversationModel.show takes. */
  readonly title: string
  readonly label: string
  readonly unread: number
  /** Among what is unread somebody is meant: by name, or by writing to nobody else. */
  readonly isCalled: boolean
  readonly isMe: boolean
  readonly isHere: boolean
  readonly isDistrusted: boolean
}

export interface InvitationEntry {
  readonly key: string
  readonly label: string
  /** A whole sentence. */
  readonly text: string
  /** What accepts it: a command to carry out, or one that somebody has to complete. */
  readonly accept: { readonly command: string; readonly isComplete: boolean }
  /** null: it is only not accepted. */
  readonly decline: string | null
}
