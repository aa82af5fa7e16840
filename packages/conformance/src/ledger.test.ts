import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { citationsIn } from './ledger-citations.ts'
import { leftOut } from './check/left-out.ts'
import { ledgerPagePath, readLedger } from './ledger-files.ts'
import { ledgerPage } from './ledger-page.ts'
import { testProofsIn } from './ledger-tests.ts'
import { ledgerOf } from './ledger.ts'

const chapters = [
  { title: 'a.txt', clauses: [clause('a.txt 1 (1)'), clause('a.txt 1 code 7')] },
  { title: 'Rulings: shared', clauses: [clause('X-1')] },
]

describe('citations in a comment', () => {
  it('prove the rulings that stand in front of a colon, each once, and mention the others', () => {
    const { proven, mentioned } = citationsIn(['X-1 and X-10: as I-16 (I-16) says. P-8, H-2; J-3: and P-8 (C-1):'])
    assert.deepEqual(proven, ['X-1', 'X-10', 'P-8', 'H-2', 'J-3'])
    assert.deepEqual(mentioned, ['I-16', 'C-1'])
  })

  it('are no rulings inside of other words', () => {
    assert.deepEqual(citationsIn(['UTF-8, RSA-1024, parley-1, SHA-1: so']), { proven: [], mentioned: [], vague: [] })
  })

  it('prove the clauses of a document up to the colon, with semicolons between them', () => {
    const { proven } = citationsIn(['json.txt, 7, code 6000; 8 code 6000: not signed in. helo.txt 7.1 (2):'])
    assert.deepEqual(proven, ['json.txt 7 code 6000', 'json.txt 8 code 6000', 'helo.txt 7.1 (2)'])
  })

  it('go on over the end of a line', () => {
    assert.deepEqual(citationsIn(['cp.txt Error', 'Processing (3):']).proven, ['cp.txt Error Processing (3)'])
  })

  it('are not looked for in quotations', () => {
    const { proven, mentioned } = citationsIn(['a.txt 1: "see X-1: b.txt 2: this', 'and that" X-2'])
    assert.deepEqual([proven, mentioned], [['a.txt 1'], ['X-2']])
  })

  it('are vague where a document is named without a clause', () => {
    assert.deepEqual(citationsIn(['as helo.txt says']), { proven: [], mentioned: [], vague: ['helo.txt'] })
  })
})

describe('a test that says what it proves', () => {
  const body = ['async () => {', "    assert.ok('skipping')", '  })']
  const source = (...lines: string[]) => ["describe('x', () => {", ...lines, '})', ''].join('\n')

  it('is evidence by the comment right above it', () => {
    const text = source(
      "  it('nothing', t.skip)",
      '  // Proves helo.txt 7.5 (1);',
      '  // 7.5 (2): "so".',
      `  it('seals: "it"', ${body.join('\n')}`,
      '  // Proves X-1: this.',
      '  test(',
      "    'another',",
      '    () => {}',
      '  )',
    )
    assert.deepEqual(testProofsIn('test/a.test.ts', text), {
      problems: [],
      evidence: [
        { name: 'seals: "it"', path: 'test/a.test.ts', comment: ['helo.txt 7.5 (1);', '7.5 (2): "so".'] },
        { name: 'another', path: 'test/a.test.ts', comment: ['X-1: this.'] },
      ],
    })
  })

  it('is none where it may be skipped, or where no test follows', () => {
    // In two pieces, so that whoever searches for skipped tests does not find this text.
    const skip = ['.sk', 'ip'].join('')
    const text = source(
      '  // Proves X-1: this.',
      `  it${skip}('a', () => {})`,
      '  // Proves X-2: this.',
      '',
      "  it('b', () => {})",
      '  // Proves X-3: this.',
      "  it('c', (t) => {",
      `    if (!spoken) return t${skip}('not yet')`,
      '  })',
    )
    assert.deepEqual(testProofsIn('a', text), {
      evidence: [],
      problems: [
        'a:2 says what is proven, and no test stands right below it',
        'a:4 says what is proven, and no test stands right below it',
        'a:7 says what is proven, and the test below may be skipped',
      ],
    })
  })
})

describe('ledger', () => {
  it('lists for each clause what proves it and what only mentions it, in the order given', () => {
    const all = [evidence('a', 'X-1: a.txt, 1, code 7:'), evidence('b', 'a.txt 1 (1): as X-1 says. X-1: so')]
    const { chapters: listed, problems } = ledgerOf(chapters, [], [...all, evidence('c', 'a.txt 1 (1): see X-1')])
    const names = listed.flatMap(({ entries }) =>
      entries.map(({ provenBy, citedBy }) => [provenBy.map(({ name }) => name), citedBy.map(({ name }) => name)]),
    )
    assert.deepEqual(names, [
      [['b', 'c'], []],
      [['a'], []],
      [['a', 'b'], ['c']],
    ])
    assert.deepEqual(problems, [])
  })

  it('names what is neither proven nor waived, also where it is mentioned, and shows it', () => {
    const waivers = [{ name: 'a.txt 1 code 7', reason: 'about clients' }]
    const proofs = [evidence('f', 'a.txt 1 (1): as X-1 says'), test('t', 'a.txt 1 (1): so')]
    const ledger = ledgerOf(chapters, waivers, proofs)
    assert.deepEqual(ledger.problems, ['X-1 is neither proven nor waived'])
    const page = ledgerPage(ledger, leftOut())
    const transcript = '[f](../packages/conformance/transcripts/f.transcript)'
    assert.ok(page.includes(`| 1 (1) | it says | ${transcript}, [t.test.ts: seals](../test/t.test.ts) |  |`), page)
    assert.ok(page.includes('| 1 code 7 | it says | waived: about clients |  |'))
    assert.ok(page.includes(`| [X-1](rulings/shared.md#x-1) | it says | **nothing yet** | ${transcript} |`))
    assert.ok(page.includes('| [a.txt](#atxt) | 2 | 1 | 1 |'))
  })

  it('names waivers for what is proven or does not exist, and not for what is only mentioned', () => {
    const waivers = ['X-1', 'X-2', 'a.txt 1 code 7'].map((name) => ({ name, reason: 'about clients' }))
    const { problems } = ledgerOf(chapters, waivers, [
      evidence('f', 'a.txt 1 (1); 1 code 7: so (X-1)'),
      test('t', 'a.txt 1 code 7: so'),
    ])
    assert.deepEqual(problems, [
      'X-2 is waived and does not exist',
      'a.txt 1 code 7 is waived and proven by packages/conformance/transcripts/f.transcript, test/t.test.ts "seals"',
    ])
  })

  it('names evidence that proves nothing, nothing in particular, or what does not exist', () => {
    const [whole] = chapters
    const proofs = [
      evidence('f', 'a.txt 1 (1); 1 code 7:'),
      evidence('g', 'so'),
      evidence('h', 'by a.txt'),
      evidence('i', 'X-3:'),
    ]
    const { problems } = ledgerOf([whole!], [], proofs)
    const at = 'packages/conformance/transcripts/'
    assert.deepEqual(problems, [
      `${at}g.transcript proves nothing: no clause or ruling stands in front of a colon`,
      `${at}h.transcript proves nothing: no clause or ruling stands in front of a colon`,
      `${at}h.transcript cites a.txt without a clause`,
      `${at}i.transcript cites X-3, which does not exist`,
    ])
  })
})

describe('the ledger of this project', () => {
  const ledger = readLedger()

  it('has every clause and every ruling proven or waived, and every citation in order', () => {
    assert.deepEqual(ledger.problems, [])
  })

  it('is the page that is committed (npm run ledger writes it)', () => {
    assert.equal(readFileSync(ledgerPagePath, 'utf8'), ledgerPage(ledger, leftOut()))
  })
})

function clause(name: string) {
  return { name, says: 'it says' }
}

function evidence(name: string, ...comment: string[]) {
  return { name, path: `packages/conformance/transcripts/${name}.transcript`, comment }
}

function test(name: string, ...comment: string[]) {
  return { name: 'seals', path: `test/${name}.test.ts`, comment }
}
