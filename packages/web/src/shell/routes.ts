import type { ComponentType } from 'preact'
import type { Session } from '../session/session.ts'

/** What every view of the page is given. */
export interface ViewProps {
  readonly session: Session
  /** What stands in the address behind the name of the view. */
  readonly path: readonly string[]
}

/** Loads a view when somebody goes there. */
export type LoadView = () => Promise<{ readonly default: ComponentType<ViewProps> }>

/** Views beside the conversations, by their names in the address. Each is a script of its own. */
export const views: { readonly [name: string]: LoadView } = {}
