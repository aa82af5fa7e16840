import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Address, ChatEvent } from '../src/events.ts'
import type { Bus } from '../src/ports/bus.ts'
import { named } from './named.ts'

export interface BusUnderTest {
  /** The ends of as many nodes as were asked for, all on one bus. */
  readonly nodes: readonly Bus[]
  /** When it answers, whatever was published before has been heard. */
  settle(): Promise<void>
  close(): Promise<void>
}

const ann = named('Ann')
const address: Address = { to: 'everyone', but: ann }

/** The promises of the bus port. */
export function busSuite(name: string, open: (nodes: number) => Promise<BusUnderTest>): void {
  async function withNodes(
    count: number,
    body: (nodes: readonly Bus[], settle: () => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const under = await open(count)
    try {
      await body(under.nodes, () => under.settle())
    } finally {
      await under.close()
    }
  }

  suite(`${name} keeps the promises of a bus`, () => {
    test('every other node hears an event once, whole; the one that published it does not', () =>
      withNodes(3, async (nodes, settle) => {
        const ears = nodes.map(listen)
        const event: ChatEvent = { kind: 'private-message', from: ann, to: named('Bob'), text: 'ä\n"🔑"' }
        nodes[0]!.publish(address, event)
        await settle()
        assert.deepEqual(ears, [[], [{ address, event }], [{ address, event }]])
      }))

    test('events of one publisher come in the order of publishing, also with others in between', () =>
      withNodes(3, async (nodes, settle) => {
        const [, , ear] = nodes.map(listen)
        for (let round = 0; round < 50; round++)
          for (const from of [0, 1]) nodes[from]!.publish(address, said(`${from}:${round}`))
        await settle()
        for (const from of [0, 1]) {
          const rounds = textsOf(ear!).filter((text) => text.startsWith(`${from}:`))
          assert.deepEqual(
            rounds,
            Array.from({ length: 50 }, (_, round) => `${from}:${round}`),
          )
        }
      }))

    test('all who listen on a node hear it, until they cancel; to cancel again changes nothing', () =>
      withNodes(2, async (nodes, settle) => {
        const [one, two]: string[][] = [[], []]
        const cancel = nodes[1]!.subscribe((_, event) => one!.push(textOf(event)))
        nodes[1]!.subscribe((_, event) => two!.push(textOf(event)))
        nodes[0]!.publish(address, said('first'))
        await settle()
        cancel()
        cancel()
        nodes[0]!.publish(address, said('second'))
        await settle()
        assert.deepEqual([one, two], [['first'], ['first', 'second']])
      }))

    test('who hears an event may publish another', () =>
      withNodes(2, async (nodes, settle) => {
        const ear = listen(nodes[0]!)
        nodes[1]!.subscribe((_, event) => nodes[1]!.publish(address, said(`re: ${textOf(event)}`)))
        nodes[0]!.publish(address, said('hi'))
        await settle()
        await settle()
        assert.deepEqual(textsOf(ear), ['re: hi'])
      }))

    test('a node that has closed hears nothing more, and the others are not disturbed', () =>
      withNodes(3, async (nodes, settle) => {
        const [, closed, open] = nodes.map(listen)
        nodes[1]!.close()
        nodes[0]!.publish(address, said('after'))
        await settle()
        assert.deepEqual([textsOf(closed!), textsOf(open!)], [[], ['after']])
      }))

    test('a node alone talks to nobody', () =>
      withNodes(1, async (nodes, settle) => {
        const ear = listen(nodes[0]!)
        nodes[0]!.publish(address, said('hello?'))
        await settle()
        assert.deepEqual(ear, [])
      }))
  })
}

interface Heard {
  readonly address: Address
  readonly event: ChatEvent
}

function listen(node: Bus): Heard[] {
  const heard: Heard[] = []
  node.subscribe((address, event) => heard.push({ address, event }))
  return heard
}

function said(text: string): ChatEvent {
  return { kind: 'broadcast', from: ann, text }
}

function textOf(event: ChatEvent): string {
  return 'text' in event ? event.text : event.kind
}

function textsOf(heard: readonly Heard[]): string[] {
  return heard.map(({ event }) => textOf(event))
}
