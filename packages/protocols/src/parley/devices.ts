import type { Body } from './codec.ts'
import type { ParleyConnection } from './connection.ts'
import type { Exchange } from './exchange.ts'
import { numberMember } from './members.ts'
import { deviceRemoveErrors } from './replies.ts'

export const longestLabel = 64

/** The token of a new device; null: there is none for it (L-15). */
export function addDevice(
  { context }: ParleyConnection,
  label: string,
  told: (token: string | null) => void,
): void | Promise<void> {
  const { token, hash } = context.newDeviceToken()
  return context.submit({ do: 'device.add', label, hash }, (added) => {
    told(added.ok ? token : null)
  })
}

export function listDevices(exchange: Exchange): void {
  const { context, user } = exchange.connection
  const { devices, users } = context.community
  const here = users.of(context.id)?.connections.find(({ id }) => id === context.id)?.device
  const list = user === null ? [] : devices.of(user)
  exchange.accept({
    devices: list.map(({ id, label, addedAt, seenAt: lastSeen }) => {
      return { id, label, addedAt, lastSeen, here: id === here }
    }),
  })
}

export function readDevice(body: Body): number | null {
  return numberMember(body, 'device') ?? null
}

export function removeDevice(exchange: Exchange, id: number): void | Promise<void> {
  return exchange.connection.context.submit({ do: 'device.remove', id }, (removed) => {
    if (removed.ok) exchange.accept()
    else exchange.refuse(deviceRemoveErrors[removed.fail])
  })
}
