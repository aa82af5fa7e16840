import { ChatError } from '../chat-error.ts'

/** Who is here. Rejects with a ChatError. */
export type AskUsers = () => Promise<readonly string[]>

/**
 * Who ended the bytes of a file before all of them were there: `cancelled by bob`, or `bob left`.
 * The connection of a file just ends. Whoever is still here ended it, and whoever is not has left.
 */
export async function endedBy(user: string, askUsers: AskUsers): Promise<string> {
  try {
    const users = await askUsers()
    const isHere = users.some((each) => each.toLowerCase() === user.toLowerCase())
    return isHere ? `cancelled by ${user}` : `${user} left`
  } catch (error) {
    if (!(error instanceof ChatError)) throw error
    return `cancelled by ${user}, or ${user} left`
  }
}
