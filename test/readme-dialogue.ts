import assert from 'node:assert/strict'
import { LineClient } from './line-client.ts'
import type { ServerUnderTest } from './server-under-test.ts'

/** `> ` is typed, `  ` is shown. */
interface Dialogue {
  readonly port: number
  readonly dialogue: string
}

const heartbeatMs = 10_000

/**
 * Types and hears what is printed, at the same time in all of them: the second begins when the first has signed in.
 * Where nobody has anything to say but PING is to come, ten seconds pass.
 */
export async function playDialogues(server: ServerUnderTest, dialogues: readonly Dialogue[]): Promise<void> {
  const players: Player[] = []
  for (const { port, dialogue } of dialogues) {
    const player = new Player(await LineClient.open(port), dialogue)
    players.push(player)
    // The greeting, the name and its reply.
    for (let line = 0; line < 3; line++) await player.step(server)
  }
  while (players.some((player) => !player.isOver)) {
    let moved = false
    for (const player of players) moved = (await player.step(server)) || moved
    if (moved) continue
    assert.ok(
      players.every((player) => player.isOver || player.next === '  PING'),
      stuck(players),
    )
    server.clock.advance(heartbeatMs)
    await server.rest()
  }
  for (const player of players) await player.end()
}

class Player {
  readonly #client: LineClient
  readonly #lines: readonly string[]
  #at = 0
  /** How many lines it has heard. */
  #heard = 0

  constructor(client: LineClient, dialogue: string) {
    this.#client = client
    this.#lines = dialogue.split('\n')
  }

  get next(): string | undefined {
    return this.#lines[this.#at]
  }

  get isOver(): boolean {
    return this.next === undefined
  }

  /** Returns whether the next line was said, or had been heard. */
  async step(server: ServerUnderTest): Promise<boolean> {
    const { next } = this
    if (next === undefined) return false
    if (next.startsWith('> ')) this.#client.send(next.slice(2))
    await server.rest()
    if (next.startsWith('  ')) {
      const heard = this.#client.heard.split('\n').slice(0, -1)[this.#heard]
      if (heard === undefined) return false
      assert.equal(`  ${heard}`, next)
      this.#heard++
    }
    this.#at++
    return true
  }

  async end(): Promise<void> {
    await this.#client.close()
  }
}

function stuck(players: readonly Player[]): string {
  return `nobody says ${players.map(({ next }) => JSON.stringify(next)).join(' or ')}`
}
