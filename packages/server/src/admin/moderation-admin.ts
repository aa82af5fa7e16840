import {
  ok,
  type Command,
  type Community,
  type Log,
  type ModerationCommand,
  type NodeId,
  type Told,
} from '@parley/core'
import { shownNodes } from './shown-nodes.ts'
import type { Listening, MetricSample, ModerationAdminResults, ModerationRequest, Online } from '@parley/protocols'

export interface ModerationAdminParts {
  readonly submit: Log['submit']
  readonly community: Community
  /** Milliseconds since 1970. */
  now(): number
  /** The settings that count at the moment, by their names in the file. */
  limits(): Readonly<Record<string, unknown>>
  /** In Prometheus' text format. */
  metrics(): string
  samples(): readonly MetricSample[]
  listening(): readonly Listening[]
  /** This process, as the community knows it. */
  node(): NodeId
  /** Stops the server in order, soon. */
  shutDown(): void
}

type Decided = ModerationAdminResults[ModerationCommand['do']]

/** Carries out what operators decide about users, and shows them what there is. */
export class ModerationAdmin {
  readonly #parts: ModerationAdminParts

  constructor(parts: ModerationAdminParts) {
    this.#parts = parts
  }

  async carryOut(request: ModerationRequest): Promise<ModerationAdminResults[ModerationRequest['do']]> {
    const { community, now, limits, metrics, samples, listening, node, shutDown } = this.#parts
    const { moderation } = community
    switch (request.do) {
      case 'online.list':
        return ok(this.#online())
      case 'moderation.show':
        return ok({
          level: moderation.level,
          slow: moderation.slow,
          sanctions: moderation.sanctions(now()),
          admins: moderation.admins.list(),
        })
      case 'audit.list':
        return ok(moderation.audit)
      case 'limits.show':
        return ok(limits())
      case 'metrics.show':
        return ok(metrics())
      case 'samples.show':
        return ok(samples())
      case 'listeners.show':
        return ok(listening())
      case 'nodes.list':
        return ok(shownNodes(community, node()))
      case 'audit.note': {
        // Without a disk there is no trace, and it stops all the same.
        const noted = await this.#decide(request)
        shutDown()
        return noted.ok ? noted : ok(null)
      }
      case 'sanction.put':
      case 'sanction.remove':
      case 'user.kick':
      case 'level.set':
      case 'slow.set':
      case 'announce':
      case 'admin.set':
        return this.#decide(request)
    }
  }

  #online(): readonly Online[] {
    return Array.from(this.#parts.community.users.connections(), ({ id, name, version, address }) => {
      return { name, registered: version !== null, connection: id, address }
    })
  }

  async #decide(command: ModerationCommand): Promise<Decided> {
    const told = await new Promise<Told<Command>>((resolve) => void this.#parts.submit<Command>(command, resolve))
    return (told.ok ? ok(null) : told) as Decided
  }
}
