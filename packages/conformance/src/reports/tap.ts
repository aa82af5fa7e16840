import { reportFailure } from '../report.ts'
import type { Reporter } from './reporter.ts'

/** The Test Anything Protocol, version 14: https://testanything.org/tap-version-14-specification.html */
export function tap(): Reporter {
  let count = 0
  const head = () => (count++ === 0 ? 'TAP version 14\n' : '')
  return {
    heard({ name, file, outcome, reason, proves, meaning, failure, ms }) {
      const line = `${head()}${outcome === 'failed' ? 'not ok' : 'ok'} ${count} - ${escaped(name)}`
      if (outcome === 'skipped') return `${line} # SKIP ${escaped(reason ?? '')}\n`
      if (outcome === 'passed' || !failure) return `${line}\n`
      const report = reportFailure({ file, proves, meaning }, failure)
      const block = report.split('\n').map((each) => (each === '' ? '' : `    ${each}`))
      return [line, '  ---', `  duration_ms: ${ms}`, '  message: |', ...block, '  ...', ''].join('\n')
    },
    end({ results, interrupted }) {
      const begin = count === 0 ? 'TAP version 14\n' : ''
      return `${begin}1..${results.length}\n${interrupted ? 'Bail out! interrupted\n' : ''}`
    },
  }
}

function escaped(text: string): string {
  return text.replace(/[\\#]/g, '\\$&').replace(/[\r\n]+/g, ' ')
}
