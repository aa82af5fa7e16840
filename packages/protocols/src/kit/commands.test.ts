import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { command, commandNamed, type CommandTable, type When } from './commands.ts'

const heard: string[] = []
const table = {
  SAY: command({
    when: 'signed-in',
    read: (said: string) => (said === '' ? null : said.split(' ')),
    run: (session: string, words) => void heard.push(`${session} ${words.length}`),
  }),
  ECHO: command({ when: 'anyone', run: (session: string, said: string) => void heard.push(session + said) }),
} satisfies CommandTable<When, string, string>

describe('a table of commands', () => {
  it('hands what was read to what carries it out', () => {
    void table.SAY.parse('one two three')?.('ann')
    void table.ECHO.parse('!')?.('bob')
    assert.deepEqual(heard.splice(0), ['ann 3', 'bob!'])
  })

  it('has nothing to run where what was said is malformed', () => {
    assert.equal(table.SAY.parse(''), null)
    assert.deepEqual(heard, [])
  })

  it('has no commands but its own', () => {
    assert.equal(commandNamed(table, 'ECHO'), table.ECHO)
    for (const name of ['echo', 'toString', '__proto__', '']) assert.equal(commandNamed(table, name), undefined)
  })
})
