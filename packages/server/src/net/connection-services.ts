import type {
  AccountProof,
  Clock,
  Community,
  ConnectionId,
  Log,
  NodeId,
  Random,
  Result,
  Store,
  UserName,
} from '@parley/core'
import type { Administration, FileCarrier, TunnelRelay } from '@parley/protocols'
import type { NetLimits } from '../config/settings.ts'
import type { IncomingHooks } from '../hooks/incoming-hooks.ts'
import type { PageFiles } from '../page/page-files.ts'
import type { Logger } from '../logger.ts'
import type { Counters } from '../metrics/counters.ts'
import type { Delivery } from './delivery.ts'
import type { Flusher } from './flusher.ts'
import type { Pace } from './pace.ts'
import type { UserRates } from './rates.ts'
import type { SafeWires } from './safe-wires.ts'
import type { SignInTurns } from './sign-in-turns.ts'
import type { Turns } from './turns.ts'

/** What all connections of a server share. */
export interface ConnectionServices {
  readonly community: Community
  readonly submit: Log['submit']
  readonly store: Store
  readonly delivery: Delivery
  readonly wires: SafeWires
  readonly flusher: Flusher
  readonly turns: Turns
  readonly pace: Pace
  readonly rates: UserRates
  readonly signIns: SignInTurns
  readonly carrier: FileCarrier
  readonly tunnels: TunnelRelay
  readonly hooks: IncomingHooks
  readonly page: PageFiles
  /** Carries out what admins ask. */
  readonly administration: Administration
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly counters: Counters
  readonly limits: NetLimits
  /** What greetings call this server at the moment. */
  serverName(): string
  /** This process, as the community knows it at the moment. */
  node(): NodeId
  /** Makes of what is the only one in this process what is the only one anywhere. */
  connectionId(here: string): ConnectionId
  /**
   * Whether a password is an account's, as long as that takes. `name` need not be anybody's.
   */
  prove(attempt: {
    readonly name: UserName | null
    readonly password: string
    readonly address: string
  }): Promise<Result<AccountProof, 'wrong-password'>>
}
