import { tallyOf } from '@parley/conformance'
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { checkRun, failuresOf, type RunOptions } from './check-run.ts'
import { chatosServer } from './field/chatos-server.ts'
import { FieldCpServer } from './field/cp-server.ts'
import { heloServer } from './field/helo-server.ts'
import { identServer } from './field/ident-server.ts'
import { FieldJsonServer } from './field/json-server.ts'
import { teacherJsonServer } from './field/teacher-json-server.ts'

interface FieldServer {
  readonly what: string
  readonly protocol: string
  serve(t: TestContext): Promise<string>
  /** What that server does right, in its own form. */
  readonly right: readonly string[]
  /** By which rulings its form is taken. */
  readonly rulings: readonly string[]
  readonly options?: RunOptions
}

const accounts = ['Pamina', 'Dolce', 'George'].map((name) => ({ name, password: 'ILovePittbulls' }))

const servers: readonly FieldServer[] = [
  {
    what: 'a server of ident made of the server of a course',
    protocol: 'ident',
    serve: async (t) => `ident://127.0.0.1:${(await identServer(t)).port}`,
    right: ['sign-in/name-format', 'sign-in/twice', 'users/', 'private-messages/text', 'broadcasts/broadcast'],
    rulings: ['I-1', 'I-5'],
  },
  {
    what: 'a server of helo',
    protocol: 'helo',
    serve: async (t) => `helo://127.0.0.1:${(await heloServer(t)).port}`,
    right: [
      'users/get-users.',
      'groups/message.',
      'groups/create.',
      'private-messages/private-message',
      'broadcasts/br',
    ],
    rulings: ['H-2', 'H-4', 'H-6', 'H-8'],
  },
  {
    what: 'a server of json that knows LOGIN alone and leaves the rest unanswered',
    protocol: 'json',
    serve: async (t) => {
      const server = await FieldJsonServer.open()
      t.after(() => server.close())
      return `json://127.0.0.1:${server.port}?files=${server.files.port}`
    },
    right: [
      'sign-in/sign-in',
      'sign-in/twice',
      'leaving/bye-before',
      'users/',
      'files/transfer.',
      'secure-messages/field-to-field',
      'secure-messages/field-to-document',
      'game/none',
      'private-messages/field-form',
    ],
    rulings: ['J-1', 'J-11', 'J-15', 'J-16', 'J-17', 'J-18', 'J-6'],
  },
  {
    what: 'a server of json that a teacher wrote, of level 1',
    protocol: 'json',
    serve: async (t) => `json://127.0.0.1:${(await teacherJsonServer(t)).port}`,
    right: ['sign-in/sign-in', 'sign-in/name-format', 'broadcasts/broadcast', 'broadcasts/alone'],
    rulings: ['J-1'],
  },
  {
    what: 'a server of cp with 200 for 240, texts of its own and line ends now and then',
    protocol: 'cp',
    serve: async (t) => {
      const server = await FieldCpServer.open()
      t.after(() => server.close())
      return `cp://127.0.0.1:${server.port}`
    },
    right: ['messages/message.', 'messages/message-in-hex', 'messages/nothing', 'sign-in/sign-in', 'sign-in/wrong'],
    rulings: ['P-7'],
    options: { accounts },
  },
  {
    what: 'a server of chatos that says nothing to TCPAbort',
    protocol: 'chatos',
    serve: async (t) => `chatos://127.0.0.1:${(await chatosServer(t)).port}`,
    right: ['tunnels/decline', 'tunnels/in-hex', 'tunnels/accept', 'broadcasts', 'private-messages/unknown'],
    rulings: ['C-7'],
  },
]

describe('parley check of servers as they are in the field', { concurrency: 3 }, () => {
  for (const { what, protocol, serve, right, rulings, options } of servers) {
    it(`takes what ${what} says, and nothing of it strictly`, async (t) => {
      const url = await serve(t)
      const only = right.map((part) => `${protocol}/${part}`)
      const run = await checkRun([url], { only, timeoutMs: 1_000, ...options })
      assert.deepEqual(failuresOf(run), [])
      assert.ok(tallyOf(run.results).passed >= 4, JSON.stringify(tallyOf(run.results)))
      const taken = [...new Set(run.results.flatMap(({ fieldForms }) => fieldForms ?? []))].toSorted()
      assert.deepEqual(taken, rulings)

      const strictly = await checkRun([url], { only, timeoutMs: 300, ...options, strict: true })
      assert.ok(failuresOf(strictly).length > 0)
    })
  }
})
