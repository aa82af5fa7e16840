import type { Body } from '@parley/protocols'
import type { ParleyConnection } from './connection.ts'
import { Wrong, type Shape } from './shapes.ts'

/** What one event is, and what is done when it comes. */
export type HearEvent = (event: Body) => void

/** An event of this shape. What is not is told, and passed over. */
export function heardAs<T>(
  connection: ParleyConnection,
  name: string,
  shape: Shape<T>,
  hear: (what: T) => void,
): HearEvent {
  return (event) => {
    const read = shape(event)
    if (read instanceof Wrong)
      connection.violation(`the event "${name}" is not what the protocol says: ${String(read)}`)
    else hear(read)
  }
}
