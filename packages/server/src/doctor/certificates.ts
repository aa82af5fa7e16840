import { statSync } from 'node:fs'
import { readCertificate, validityProblem } from '../config/certificate.ts'
import type { Settings } from '../config/settings.ts'
import { good, problem, warning, type Finding } from './finding.ts'

/** `now`: milliseconds since 1970. */
export function certificateFindings({ tls }: Pick<Settings, 'tls'>, now: number): readonly Finding[] {
  if (!tls) return []
  const read = readCertificate({ tls })
  if (!read.ok) return [problem('certificates', read.message, 'Correct "tls" in the configuration, or the files.')]
  const validity = validityProblem(read.value!, now)
  const renew = 'Renew it, and send the server SIGHUP.'
  const found = validity
    ? (validity.isOver ? problem : warning)('certificates', `${tls.certificate}: ${validity.message}`, renew)
    : good('certificates', `${tls.certificate} is valid, and the key belongs to it`)
  return [found, ...keyFindings(tls.key)]
}

function keyFindings(key: string): readonly Finding[] {
  const mode = statSync(key).mode & 0o777
  if ((mode & 0o077) === 0) return []
  const message = `Other users may read the private key ${key} (mode ${mode.toString(8)})`
  return [warning('certificates', message, `Run: chmod go= ${key}`)]
}
