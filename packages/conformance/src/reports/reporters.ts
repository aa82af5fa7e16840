import { json } from './json.ts'
import { junit } from './junit.ts'
import { markdown } from './markdown.ts'
import { people } from './people.ts'
import type { Look, Reporter } from './reporter.ts'
import { tap } from './tap.ts'

/** By what `--reporter` calls them. */
export const reporters = { people, tap, junit, json, markdown } satisfies Record<string, (look: Look) => Reporter>
export type ReporterName = keyof typeof reporters
