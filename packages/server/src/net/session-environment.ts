import type { ChatEvent, Clock, Community, ConnectionId, Random, Result, Stamp } from '@parley/core'
import type { AllowList, Dialect, FileCarrier, LensView, TransferListener, TunnelRelay } from '@parley/protocols'
import type { ProtocolCounters } from '../metrics/counters.ts'
import type { ConnectionServices } from './connection-services.ts'
import type { Outbox } from './outbox.ts'

/** What a connection has of its server and its listener. */
export interface ListenerServices extends ConnectionServices {
  /** Of the listener's protocol. */
  readonly protocolCounters: ProtocolCounters
  /** Connections of this protocol on which nobody is signed in. */
  unauthenticated(): number
  openTransferListener(
    dialect: Dialect<unknown, unknown>,
    allowed: AllowList,
  ): Promise<Result<TransferListener, 'no-free-port'>>
}

interface Connected {
  readonly id: ConnectionId
  readonly address: string
  readonly outbox: Outbox
  readonly services: ListenerServices
}

/** What surrounds a session and is the same for its whole life. */
export abstract class SessionEnvironment<C extends Connected> {
  protected readonly connection: C

  constructor(connection: C) {
    this.connection = connection
  }

  get id(): ConnectionId {
    return this.connection.id
  }

  get address(): string {
    return this.connection.address
  }

  get outbox(): Outbox {
    return this.connection.outbox
  }

  get services(): ListenerServices {
    return this.connection.services
  }

  get community(): Community {
    return this.services.community
  }

  get clock(): Clock {
    return this.services.clock
  }

  get random(): Random {
    return this.services.random
  }

  get serverName(): string {
    return this.services.serverName()
  }

  get carrier(): FileCarrier {
    return this.services.carrier
  }

  get tunnels(): TunnelRelay {
    return this.services.tunnels
  }

  async lens(event: ChatEvent, stamp: Stamp): Promise<LensView> {
    // Loaded where somebody asks only.
    const { lensView } = await import('@parley/protocols/lens')
    return lensView(event, stamp)
  }

  unauthenticated(): number {
    return this.services.unauthenticated()
  }

  openTransferListener(
    dialect: Dialect<unknown, unknown>,
    allowed: AllowList,
  ): Promise<Result<TransferListener, 'no-free-port'>> {
    return this.services.openTransferListener(dialect, allowed)
  }
}
