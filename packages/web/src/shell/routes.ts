import type { ComponentType } from 'preact'
import type { LoadView, ViewProps } from '../parts/view.ts'
import { Game } from '../views/game/game.tsx'
import { Groups } from '../views/groups/groups.tsx'
import { Search } from '../views/search/search.tsx'
import { Settings } from '../views/settings/settings.tsx'

/** Views beside the conversations, by their names in the address. */
export const views: { readonly [name: string]: ComponentType<ViewProps> } = {
  game: Game,
  groups: Groups,
  search: Search,
  settings: Settings,
}

/** Views that few people open: each is a script of its own. */
export const lazyViews: { readonly [name: string]: LoadView } = {
  lens: () => import('../views/lens/lens.tsx'),
  operator: () => import('../views/operator/operator.tsx'),
}
