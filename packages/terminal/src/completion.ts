import type { Command } from 'commander'
import { bashCompletion } from './completion-bash.ts'
import { fishCompletion } from './completion-fish.ts'
import { zshCompletion } from './completion-zsh.ts'
import { listed, type ListedCommand } from './command-listing.ts'
import type { Shell } from './command-line.ts'

const writers = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
} satisfies Record<Shell, (program: ListedCommand) => string>

/** What a shell reads to complete the commands, options and values of `parley`. */
export function completionScript(program: Command, shell: Shell): string {
  return writers[shell](listed(program))
}
