import type { LoadView } from '../parts/view.ts'

/** Views beside the conversations, by their names in the address. Each is a script of its own. */
export const views: { readonly [name: string]: LoadView } = {}
