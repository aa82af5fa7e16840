import assert from 'node:assert/strict'
import { LineClient } from './line-client.ts'
import { SchemaCheck } from './parley-schema.ts'

type Body = Readonly<Record<string, unknown>>

/** A client of `parley` that asks one thing after another; all that is said is held against the schema. */
export class ParleyAsker {
  readonly check = new SchemaCheck({ isClientFree: true })
  readonly line: LineClient
  #id = 0
  #heard = 0

  private constructor(line: LineClient) {
    this.line = line
  }

  static async signIn(port: number, who: Body): Promise<{ readonly client: ParleyAsker; readonly reply: Body }> {
    const client = new ParleyAsker(await LineClient.open(port))
    await client.ask({ do: 'hello', versions: [1] })
    return { client, reply: await client.ask({ do: 'sign-in', ...who }) }
  }

  async ask(request: Body): Promise<Body> {
    const id = ++this.#id
    const text = JSON.stringify({ id, ...request })
    this.check.client(text)
    this.line.send(text)
    let found: Body | undefined
    await this.line.until(() => {
      for (const frame of this.#new()) if (frame['re'] === id) found = frame
      return found !== undefined
    }, text)
    assert.deepEqual(this.check.problems, [])
    return found!
  }

  #new(): readonly Body[] {
    const lines = Buffer.from(this.line.heard, 'latin1').toString().split('\n').slice(0, -1)
    const fresh = lines.slice(this.#heard)
    this.#heard = lines.length
    for (const line of fresh) this.check.server(line)
    return fresh.map((line) => JSON.parse(line) as Body)
  }
}
