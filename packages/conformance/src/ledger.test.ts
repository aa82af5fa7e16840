import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { citationsIn } from './ledger-citations.ts'
import { ledgerPagePath, readChapters, readExcuses } from './ledger-files.ts'
import { ledgerPage } from './ledger-page.ts'
import { ledgerOf } from './ledger.ts'
import { loadTranscripts } from './load.ts'

const chapters = [
  { title: 'a.txt', clauses: [clause('a.txt 1 (1)'), clause('a.txt 1 code 7')] },
  { title: 'Rulings: shared', clauses: [clause('X-1')] },
]

describe('citations on top of a transcript', () => {
  it('are rulings wherever they are mentioned, each once', () => {
    assert.deepEqual(citationsIn(['X-1 and X-10: as I-16 (I-16) says.', 'P-8']).names, ['X-1', 'X-10', 'I-16', 'P-8'])
  })

  it('are no rulings inside of other words', () => {
    assert.deepEqual(citationsIn(['UTF-8, RSA-1024, parley-1, SHA-1']).names, [])
  })

  it('name the clauses of a document up to the colon, with semicolons between them', () => {
    const { names } = citationsIn(['json.txt, 7, code 6000; 8 code 6000: not signed in. helo.txt 7.1 (2):'])
    assert.deepEqual(names, ['json.txt 7 code 6000', 'json.txt 8 code 6000', 'helo.txt 7.1 (2)'])
  })

  it('go on over the end of a line', () => {
    assert.deepEqual(citationsIn(['cp.txt Error', 'Processing (3):']).names, ['cp.txt Error Processing (3)'])
  })

  it('are not looked for in quotations', () => {
    assert.deepEqual(citationsIn(['a.txt 1: "see X-1, b.txt 2: this', 'and that" X-2']).names, ['X-2', 'a.txt 1'])
  })

  it('are vague where a document is named without a clause', () => {
    assert.deepEqual(citationsIn(['as helo.txt says']), { names: [], vague: ['helo.txt'] })
  })
})

describe('ledger', () => {
  it('lists for each clause the transcripts that cite it, in alphabetical order', () => {
    const { chapters: listed, problems } = ledgerOf(
      chapters,
      [],
      [
        { file: 'b', proves: ['X-1, a.txt 1 (1):'] },
        { file: 'a', proves: ['X-1', 'a.txt, 1, code 7:'] },
      ],
    )
    const proofs = listed.flatMap(({ entries }) => entries.map(({ provenBy }) => provenBy))
    assert.deepEqual(proofs, [['b'], ['a'], ['a', 'b']])
    assert.deepEqual(problems, [])
  })

  it('names what is neither proven nor excused, and shows it', () => {
    const ledger = ledgerOf(
      chapters,
      [{ name: 'X-1', reason: 'about clients' }],
      [{ file: 'f', proves: ['a.txt 1 (1):'] }],
    )
    assert.deepEqual(ledger.problems, ['a.txt 1 code 7 is neither proven nor excused'])
    const page = ledgerPage(ledger)
    assert.match(page, /\| 1 code 7 \| it says \| \*\*nothing yet\*\* \|/)
    assert.match(page, /\| \[X-1\]\(rulings\/shared.md#x-1\) \| it says \| excused: about clients \|/)
    assert.match(page, /\| \[a\.txt\]\(#atxt\) \| 2 \| 1 \| 0 \|/)
  })

  it('names excuses for what is proven or does not exist', () => {
    const excuses = ['X-1', 'X-2'].map((name) => ({ name, reason: 'about clients' }))
    const { problems } = ledgerOf(chapters, excuses, [{ file: 'f', proves: ['X-1 a.txt 1 (1); 1 code 7:'] }])
    assert.deepEqual(problems, ['X-1 is excused and proven by f', 'X-2 is excused and does not exist'])
  })

  it('names transcripts that cite nothing, nothing in particular, or what does not exist', () => {
    const [whole] = chapters
    const proof = { file: 'f', proves: ['a.txt 1 (1); 1 code 7:'] }
    const { problems } = ledgerOf(
      [whole!],
      [],
      [proof, { file: 'g', proves: ['so'] }, { file: 'h', proves: ['by a.txt'] }, { file: 'i', proves: ['X-3'] }],
    )
    assert.deepEqual(problems, [
      'g cites nothing',
      'h cites nothing',
      'h cites a.txt without a clause',
      'i cites X-3, which does not exist',
    ])
  })
})

describe('the ledger of this project', () => {
  const ledger = ledgerOf(readChapters(), readExcuses(), loadTranscripts())

  it('has every clause and every ruling proven or excused, and every citation in order', () => {
    assert.deepEqual(ledger.problems, [])
  })

  it('is the page that is committed (npm run ledger writes it)', () => {
    assert.equal(readFileSync(ledgerPagePath, 'utf8'), ledgerPage(ledger))
  })
})

function clause(name: string) {
  return { name, says: 'it says' }
}
