import type { ComponentType } from 'preact'
import type { Session } from '../session/session.ts'

/** What every view of the page is given. */
export interface ViewProps {
  readonly session: Session
  /** What stands in the address behind the name of the view. */
  readonly path: readonly string[]
  /** Signs out; `keys`: and forgets the keys of this account. */
  leave(keys: boolean): void
}

/** Loads a view when somebody goes there. */
export type LoadView = () => Promise<{ readonly default: ComponentType<ViewProps> }>
