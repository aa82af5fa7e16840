import type { Evidence } from './ledger.ts'

/** The tests of a file that say what they prove, and what is wrong with how they say it. */
export interface TestProofs {
  readonly evidence: readonly Evidence[]
  readonly problems: readonly string[]
}

const proof = /^([ \t]*)\/\/ Proves ((?:.*\n)(?:[ \t]*\/\/.*\n)*)/gm
const begin = /^[ \t]*(?:it|test)\(\s*(['"`])((?:\\.|(?!\1)[^\\\n])*)\1/

/**
 * A test proves clauses by a comment right above it: `// Proves helo.txt 7.5 (1): what it says`. A
 * test that may be skipped proves nothing. `path` leads from the root of the project to the file
 * that has this `source`.
 */
export function testProofsIn(path: string, source: string): TestProofs {
  const evidence: Evidence[] = []
  const problems: string[] = []
  for (const match of source.matchAll(proof)) {
    const [whole, indentation = '', comment = ''] = match
    const behind = source.slice(match.index + whole.length)
    const title = begin.exec(behind)?.[2]
    const line = source.slice(0, match.index).split('\n').length
    if (title === undefined) {
      problems.push(`${path}:${line} says what is proven, and no test stands right below it`)
    } else if (/\b(?:skip|todo)\b/.test(bodyOf(behind, indentation))) {
      problems.push(`${path}:${line} says what is proven, and the test below may be skipped`)
    } else {
      const lines = comment.trimEnd().split('\n')
      evidence.push({ name: title, path, comment: lines.map((each) => each.replace(/^[ \t]*\/\/ ?/, '')) })
    }
  }
  return { evidence, problems }
}

/** Up to the line that closes the test, which is indented as its first line is. */
function bodyOf(behind: string, indentation: string): string {
  const end = behind.indexOf(`\n${indentation}}`)
  return end < 0 ? behind : behind.slice(0, end)
}
