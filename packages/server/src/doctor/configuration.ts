import { clashIn, plannedPorts, type PlannedPort } from '../config/clashes.ts'
import { listenersOf } from '../config/listeners.ts'
import type { Settings } from '../config/settings.ts'
import type { ListenerScheme } from '../schemes.ts'
import { good, problem, warning, type Finding } from './finding.ts'

export interface ConfigurationFindings {
  readonly findings: readonly Finding[]
  /** What the settings listen on; none where that is not clear. */
  readonly ports: readonly PlannedPort[]
}

/** What settings mean together. Each of them alone was checked when they were read. */
export function configurationFindings(settings: Settings, all: readonly ListenerScheme[]): ConfigurationFindings {
  const listeners = listenersOf(settings, all)
  if (!listeners.ok) {
    return { findings: [problem('configuration', listeners.message, 'Correct "listen" or --listen.')], ports: [] }
  }
  const ports = plannedPorts(listeners.value)
  const clash = clashIn(ports)
  if (clash !== null) return { findings: [problem('configuration', clash, 'Change one of the ports.')], ports: [] }
  const schemes = ports.map(({ scheme }) => scheme).join(', ')
  const findings = [good('configuration', `It can be read, and listens by ${schemes}`)]
  return { findings: [...findings, ...exposed(ports), ...transfers(settings, ports)], ports }
}

/** Passwords in the clear. */
function exposed(ports: readonly PlannedPort[]): readonly Finding[] {
  const open = ports.filter(({ tls, host }) => !tls && !isLoopback(host))
  if (open.length === 0) return []
  const shown = open.map(({ scheme, port }) => `${scheme}:${port}`).join(', ')
  const message = `Others reach ${shown} without TLS: passwords and plain messages are sent in the clear`
  return [warning('configuration', message, 'Add an s behind the protocol, or keep the network to those you trust.')]
}

function transfers({ limits }: Settings, ports: readonly PlannedPort[]): readonly Finding[] {
  const isReached = ports.some(({ scheme, host }) => /^helos?$/.test(scheme) && !isLoopback(host))
  if (!isReached || limits.transferPorts) return []
  const message = 'Files of helo come over any free port, which no firewall can let in'
  return [warning('configuration', message, 'Set limits.transferPorts, and open that range.')]
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}
