import { protocols } from '@parley/protocols'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseTranscript } from './parse.ts'
import { spokenProtocols } from './spoken.ts'
import type { Step } from './transcript.ts'

function parse(...lines: string[]) {
  return parseTranscript('t', ['# I-1', ...lines].join('\n'))
}

/**
 * What the steps that begin on a line say: `ann connects by helo`, `ann -> HELO ann`, `ann <- +OK
 * HELO ann`.
 */
function stepsAt(line: number, ...lines: string[]): readonly string[] {
  const parsed = parse(...lines)
  assert.ok(parsed.ok, JSON.stringify(parsed))
  return parsed.value.steps.filter((step) => step.line === line).flatMap(shown)
}

function shown(step: Step): readonly string[] {
  if (step.kind === 'connects') return [`${step.actor} connects by ${step.protocol}`]
  if (step.kind === 'hears') return step.expectations.map((expectation) => expectation.line)
  return step.kind === 'writes' && step.payload.form === 'notation' ? [`${step.actor} -> ${step.payload.text}`] : []
}

function problems(...lines: string[]): readonly string[] {
  const parsed = parse(...lines)
  return parsed.ok ? [] : parsed.problems.map(({ line, problem }) => `${line}: ${problem}`)
}

describe('signs in by', () => {
  it('stands for the usual opening of a protocol, and the failure of one of its lines names the whole line', () => {
    const lines = ['protocol helo', 'ann signs in by helo']
    assert.deepEqual(stepsAt(3, ...lines), [
      'ann connects by helo',
      'ann <- HELO Welkom to <server>',
      'ann -> HELO ann',
      'ann <- +OK HELO ann',
    ])
    const parsed = parse(...lines)
    assert.ok(parsed.ok)
    assert.deepEqual([...new Set(parsed.value.steps.map(({ source }) => source))], ['ann signs in by helo'])
  })

  it('has an opening for every protocol', () => {
    for (const { name } of protocols) {
      const [first, ...others] = stepsAt(3, 'account ann "secret12"', `ann signs in by ${name}`)
      assert.equal(first, `ann connects by ${name}`)
      assert.ok(others.length > 0)
    }
  })

  it('says the password of the account that has the name', () => {
    const steps = stepsAt(4, 'account ann "secret12"', '', 'dolce signs in by json as ann')
    assert.deepEqual(steps, [
      'dolce connects by json',
      'dolce <- WELCOME {"msg": "<msg>"}',
      'dolce -> LOGIN_REQ {"username": "ann", "password": "secret12"}',
      'dolce <- LOGIN_RESP {"status": "OK"}',
    ])
    assert.deepEqual(problems('Dolce signs in by cp'), [
      '2: Dolce needs an account; add a line account Dolce "<password>"',
    ])
  })

  it('knows the forms that a protocol has, and names them', () => {
    assert.ok(stepsAt(2, 'ann signs in by json in field form').includes('ann -> LOGIN {"username": "ann"}'))
    assert.deepEqual(problems('ann signs in by json in odd form'), [
      '2: there is no usual opening "json in odd form"; write "signs in by json" or "signs in by json in field form"',
    ])
    assert.deepEqual(problems('ann signs in by json-files'), [
      '2: there is no usual opening "json-files"; write "connects by" and the opening itself',
    ])
  })

  it('lets those hear of it who signed in so before, are still connected, and whose protocol says it', () => {
    const before = ['ann signs in by ident', 'bob signs in by json', 'cas signs in by helo']
    const told = (...lines: string[]) =>
      stepsAt(lines.length + 5, ...before, ...lines, 'eve signs in by chatos').slice(3)
    assert.deepEqual(told(), ['ann <- JOINED eve', 'bob <- JOINED {"username": "eve"}'])
    assert.deepEqual(told('ann closes'), ['bob <- JOINED {"username": "eve"}'])
    assert.deepEqual(told('ann <- [closed]', 'bob ends'), [])
    assert.deepEqual(told('the server restarts'), [])
    assert.deepEqual(told('dan connects by ident').length, 2)
  })

  it('lets nobody hear of a second connection of somebody who is here already', () => {
    const account = 'account Dolce "secret12"'
    const steps = stepsAt(
      5,
      account,
      'ann signs in by ident',
      'Dolce signs in by cp',
      'again signs in by helo as Dolce',
    )
    assert.equal(steps.at(-1), 'again <- +OK HELO Dolce')
  })

  it('cannot be written where the actor is connected already', () => {
    assert.deepEqual(problems('ann signs in by helo', 'ann signs in by helo'), ['3: ann is connected already'])
  })
})

describe('the protocols of transcripts', () => {
  it('are those of this project, and what listens beside them', () => {
    assert.deepEqual([...spokenProtocols.keys()], [...protocols.map(({ name }) => name), 'json-files'])
  })
})
