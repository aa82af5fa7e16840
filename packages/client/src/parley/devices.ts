import type { Device, Devices } from '../devices.ts'
import type { ParleyConnection } from './connection.ts'
import { flag, list, members, natural, text } from './shapes.ts'

const done = members({})
const device = members({ id: natural, label: text, addedAt: natural, lastSeen: natural, here: flag })
const devices = members({ devices: list(device) })

/** The devices of an account, which sign in by tokens. */
export class ParleyDevices implements Devices {
  readonly #connection: ParleyConnection

  constructor(connection: ParleyConnection) {
    this.#connection = connection
  }

  async list(): Promise<readonly Device[]> {
    const reply = await this.#connection.request('devices', {}, devices)
    return reply.devices.map(({ here, ...each }) => ({ ...each, isHere: here }))
  }

  async revoke(id: number): Promise<void> {
    await this.#connection.request('device-remove', { device: id }, done)
  }
}
