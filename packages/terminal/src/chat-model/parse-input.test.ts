import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commands } from './commands.ts'
import { parseInput, type Action } from './parse-input.ts'

test('every command is read, with its text as it was typed', () => {
  const rows: [string, Action][] = [
    ['hello  there ', { do: 'say', text: 'hello  there ' }],
    ['//quit', { do: 'say', text: '/quit' }],
    ['/msg bob  two  blanks ', { do: 'msg', name: 'bob', text: ' two  blanks ' }],
    ['/users', { do: 'users' }],
    ['/group create cooks', { do: 'group create', name: 'cooks' }],
    ['/group join cooks ', { do: 'group join', name: 'cooks' }],
    ['/group leave cooks', { do: 'group leave', name: 'cooks' }],
    ['/group kick cooks bob', { do: 'group kick', name: 'cooks', user: 'bob' }],
    ['/group hand-on cooks bob', { do: 'group hand-on', name: 'cooks', user: 'bob' }],
    ['/group say cooks who brings salt?', { do: 'group say', name: 'cooks', text: 'who brings salt?' }],
    ['/group plain cooks salt is out', { do: 'group plain', name: 'cooks', text: 'salt is out' }],
    ['/group list', { do: 'group list' }],
    ['/file bob ~/My Files/a b.txt', { do: 'file', name: 'bob', path: '~/My Files/a b.txt' }],
    ['/tunnel bob 8080', { do: 'tunnel', name: 'bob', port: 8080 }],
    ['/accept', { do: 'accept', number: null, target: null }],
    ['/accept 3', { do: 'accept', number: 3, target: null }],
    ['/accept localhost:3000', { do: 'accept', number: null, target: { host: 'localhost', port: 3000 } }],
    ['/accept 3 :80', { do: 'accept', number: 3, target: { host: 'localhost', port: 80 } }],
    ['/decline', { do: 'decline', number: null }],
    ['/decline 12 ', { do: 'decline', number: 12 }],
    ['/game start', { do: 'game start' }],
    ['/game join', { do: 'game join' }],
    ['/game guess 42', { do: 'game guess', guess: 42 }],
    ['/inbox', { do: 'inbox' }],
    ['/verify bob', { do: 'verify', name: 'bob' }],
    ['/accept-key bob', { do: 'accept-key', name: 'bob' }],
    ['/raw on', { do: 'raw', on: true }],
    ['/raw off', { do: 'raw', on: false }],
    ['/query bob', { do: 'query', name: 'bob', text: null }],
    ['/query bob hi  there', { do: 'query', name: 'bob', text: 'hi  there' }],
    ['/me waves', { do: 'me', text: 'waves' }],
    ['/join cooks', { do: 'group join', name: 'cooks' }],
    ['/part', { do: 'part', name: null }],
    ['/part cooks', { do: 'part', name: 'cooks' }],
    ['/ignore bob', { do: 'ignore', name: 'bob' }],
    ['/search salt and pepper', { do: 'search', text: 'salt and pepper' }],
    ['/clear', { do: 'clear' }],
    ['/close', { do: 'close' }],
    ['/cancel', { do: 'cancel', number: null }],
    ['/cancel 3', { do: 'cancel', number: 3 }],
    ['/tunnel list', { do: 'tunnel list' }],
    ['/tunnel close 2', { do: 'tunnel close', number: 2 }],
    ['/recovery make', { do: 'recovery make' }],
    ['/recovery restore one two three', { do: 'recovery restore', text: 'one two three' }],
    ['/recovery anew', { do: 'recovery anew' }],
    ['/discard', { do: 'discard' }],
    ['/delete', { do: 'delete', number: null }],
    ['/delete 2', { do: 'delete', number: 2 }],
    ['/export ~/my words.jsonl ', { do: 'export', path: '~/my words.jsonl' }],
    ['/devices', { do: 'devices' }],
    ['/devices revoke 1732', { do: 'devices revoke', number: 1732 }],
    ['/help', { do: 'help' }],
    ['/quit', { do: 'quit' }],
  ]
  for (const [line, action] of rows) assert.deepEqual(parseInput(line), { ok: true, action }, line)
  const seen = new Set<string>([...rows.map(([, action]) => action.do), 'join'])
  assert.deepEqual(
    commands.map(({ name }) => name).filter((name) => !seen.has(name)),
    [],
  )
})

test('what is wrong is answered with what to write', () => {
  const rows: [string, string][] = [
    ['/', 'there is no command /; /help shows those that there are'],
    ['/mgs zoe hi', 'there is no command /mgs; did you mean /msg? /help shows those that there are'],
    ['/constructor', 'there is no command /constructor; /help shows those that there are'],
    ['/msg', 'write /msg USER TEXT'],
    ['/msg bob', 'write /msg USER TEXT'],
    ['/msg bob   ', 'write /msg USER TEXT'],
    ['/users now', 'write /users'],
    ['/group', '/group needs one of create, join, leave, kick, hand-on, say, plain, list behind it'],
    [
      '/group ban bob',
      '/group has no ban; it needs one of create, join, leave, kick, hand-on, say, plain, list behind it',
    ],
    ['/group kick cooks', 'write /group kick GROUP USER'],
    ['/devices revoke bob', 'write /devices revoke NUMBER'],
    ['/export', 'write /export PATH'],
    ['/delete that', 'write /delete [NUMBER]'],
    ['/tunnel bob 70000', 'write /tunnel USER PORT'],
    ['/tunnel bob 0', 'write /tunnel USER PORT'],
    ['/accept all', 'write /accept [NUMBER] [HOST:PORT]'],
    ['/accept 1 2', 'write /accept [NUMBER] [HOST:PORT]'],
    ['/accept 1 localhost:99999', 'write /accept [NUMBER] [HOST:PORT]'],
    ['/decline bob', 'write /decline [NUMBER]'],
    ['/game guess many', 'write /game guess NUMBER'],
    ['/raw', 'write /raw on|off'],
  ]
  for (const [line, message] of rows) assert.deepEqual(parseInput(line), { ok: false, message }, line)
  assert.equal(parseInput('  \t'), null)
})
