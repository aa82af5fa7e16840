import { Command } from 'commander'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addClientCommands } from './client-commands.ts'
import { FakeChat, fakeEnvironment } from './fake-chat.ts'
import { FakeStreams } from './fake-streams.ts'

async function parley(chat: FakeChat, ...args: string[]) {
  const streams = new FakeStreams({ piped: '' })
  const { environment, dialled } = fakeEnvironment(chat, streams)
  const program = new Command('parley').exitOverride().configureOutput({
    writeOut: (text) => void streams.output.write(text),
    writeErr: (text) => void streams.errors.write(text),
  })
  let code = -1
  addClientCommands(program, async (work) => {
    code = await work(environment)
  })
  await program.parseAsync(args, { from: 'user' }).catch(() => {})
  return { code, dialled, written: streams.written, complaints: streams.complaints }
}

test('the options of the command line reach the commands', async () => {
  const chat = new FakeChat()
  const url = 'helo://alice@localhost'
  assert.equal((await parley(chat, 'send', url, '--no-seal', '--to', 'bob', 'see', 'you')).code, 0)
  assert.equal((await parley(new FakeChat(), 'chat', url, '--plain', '--no-seal')).code, 0)
  assert.deepEqual(chat.calls, ['tell bob see you', 'close'])
  assert.equal((await parley(new FakeChat(), 'users', url)).written, 'alice\nbob\n')
  assert.equal((await parley(new FakeChat('cp', ['mailbox']), 'inbox', 'cp://alice@localhost')).code, 0)
})

test('what is wrong with a tunnel is said before anybody is called', async () => {
  const url = 'chatos://alice@localhost'
  const rows: [string[], RegExp][] = [
    [['ask', url, 'bob'], /write either --listen PORT, or --field-files DIR/],
    [['ask', url, 'bob', '--listen', '70000'], /--listen cannot be "70000"/],
    [['ask', url, 'bob', '--listen', '0', 'a.txt'], /"a\.txt" is too much/],
    [['ask', url, 'bob', '--field-files', '.'], /needs the names of files/],
    [['ask', url, 'bob', '--field-files', '.', 'ü'], /names are ASCII/],
    [['accept', url], /write either --to HOST:PORT, or --field-files DIR/],
    [['accept', url, '--to', '3000'], /--to cannot be "3000"; write HOST:PORT/],
    [['accept', url, '--field-files', 'no-such-directory'], /there is no such directory/],
  ]
  for (const [args, message] of rows) {
    const { code, dialled, complaints } = await parley(new FakeChat('chatos', ['tunnels']), 'tunnel', ...args)
    assert.deepEqual([code, dialled], [2, []], args.join(' '))
    assert.match(complaints, message)
  }
  const { code, complaints } = await parley(
    new FakeChat(),
    'tunnel',
    'ask',
    'helo://alice@localhost',
    'bob',
    '--listen',
    '0',
  )
  assert.equal(code, 2)
  assert.match(complaints, /helo cannot open tunnels; chatos and parley can/)
})
