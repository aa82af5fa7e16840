/** Names that one line holds. */
const mostNames = 40

/** Who came and who went, without anything said between: told as one line. */
export interface Movement {
  readonly joined: readonly string[]
  readonly left: readonly string[]
}

export const nobody: Movement = { joined: [], left: [] }

/** The last line that told who came and went. */
export interface MovementLine {
  readonly id: number
  readonly who: Movement
}

/** The movement with one more; null: the line has no room for it. Whoever comes back right away has not moved. */
export function movedOn({ joined, left }: Movement, how: 'joined' | 'left', user: string): Movement | null {
  const isUser = (name: string) => name.toLowerCase() === user.toLowerCase()
  const opposite = how === 'joined' ? left : joined
  if (opposite.some(isUser)) {
    const without = opposite.filter((name) => !isUser(name))
    return how === 'joined' ? { joined, left: without } : { joined: without, left }
  }
  if (joined.length + left.length >= mostNames) return null
  return how === 'joined' ? { joined: [...joined, user], left } : { joined, left: [...left, user] }
}

/** `ann, bob joined · cem left`; empty: nothing has changed after all. */
export function movementText({ joined, left }: Movement): string {
  const parts = [joined.length > 0 && `${joined.join(', ')} joined`, left.length > 0 && `${left.join(', ')} left`]
  return parts.filter((part) => part !== false).join(' · ')
}
