import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { systemReason } from '../system-reason.ts'
import type { Parsed } from './listener-url.ts'
import type { Settings } from './settings.ts'

/** PEM texts. */
export interface CertificateAndKey {
  readonly cert: string
  readonly key: string
}

/** From how many days before its end on a certificate is warned of. */
const warnedDays = 14
const dayMs = 86_400_000

/** What the settings name, read and found to belong together; null: they name nothing. */
export function readCertificate({ tls }: Pick<Settings, 'tls'>): Parsed<CertificateAndKey | null> {
  if (!tls) return { ok: true, value: null }
  const texts: string[] = []
  for (const file of [tls.certificate, tls.key]) {
    try {
      texts.push(readFileSync(file, 'utf8'))
    } catch (error) {
      return { ok: false, message: `cannot read the TLS file ${file}: ${systemReason(error)}` }
    }
  }
  const [cert = '', key = ''] = texts
  const problem = problemOf(cert, key, tls)
  return problem === null ? { ok: true, value: { cert, key } } : { ok: false, message: problem }
}

function problemOf(cert: string, key: string, files: { readonly certificate: string; readonly key: string }) {
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(cert)
  } catch {
    return `${files.certificate} is no certificate in PEM; write the file that begins with BEGIN CERTIFICATE`
  }
  try {
    if (certificate.checkPrivateKey(createPrivateKey(key))) return null
  } catch {
    return `${files.key} is no private key in PEM without a passphrase; write the file that begins with BEGIN PRIVATE KEY`
  }
  return `the key ${files.key} does not belong to the certificate ${files.certificate}; name the two that were made together`
}

/** Why clients will refuse a certificate, or soon will; null: they have no reason. `now`: milliseconds since 1970. */
export function validityProblem({ cert }: CertificateAndKey, now: number): { isOver: boolean; message: string } | null {
  const { validFromDate, validToDate } = new X509Certificate(cert)
  const [from, to] = [validFromDate.getTime(), validToDate.getTime()]
  const renew = 'renew it, and then reload the server with SIGHUP'
  if (now > to)
    return { isOver: true, message: `the certificate has expired at ${validToDate.toISOString()}; ${renew}` }
  if (now < from) {
    const since = validFromDate.toISOString()
    return { isOver: true, message: `the certificate is not valid before ${since}; see whether the clock is right` }
  }
  const days = Math.floor((to - now) / dayMs)
  return days < warnedDays ? { isOver: false, message: `the certificate expires in ${days} days; ${renew}` } : null
}
