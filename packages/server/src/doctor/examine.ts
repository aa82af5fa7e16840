import type { Settings } from '../config/settings.ts'
import type { ListenerScheme } from '../schemes.ts'
import { certificateFindings } from './certificates.ts'
import { configurationFindings } from './configuration.ts'
import { dataFindings } from './data.ts'
import type { Finding } from './finding.ts'
import { portFindings } from './ports.ts'
import { systemFacts, systemFindings } from './system.ts'

/** All that a server with these settings builds on. Nothing is changed. */
export async function examine(
  settings: Settings & { readonly data: string },
  all: readonly ListenerScheme[],
): Promise<readonly Finding[]> {
  const { data, limits, disk } = settings
  const { findings, ports } = configurationFindings(settings, all)
  const held = dataFindings(data, limits.spoolBytes, disk)
  return [
    ...findings,
    ...held.findings,
    ...(await portFindings(ports, held.isHeld)),
    ...certificateFindings(settings, Date.now()),
    ...systemFindings(systemFacts()),
  ]
}
