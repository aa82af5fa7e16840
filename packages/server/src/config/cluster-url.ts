/** Which community it is, and where NATS keeps it. */
interface ClusterAddress {
  /** `HOST:PORT` each. */
  readonly servers: readonly string[]
  readonly tls: boolean
  readonly user: string | null
  readonly password: string | null
  /** Several communities may share one NATS. */
  readonly community: string
}

type Parsed = { readonly ok: true; readonly value: ClusterAddress } | { readonly ok: false; readonly message: string }

const form = /^(nats|tls):\/\/(?:([^:@/]+)(?::([^@/]*))?@)?([^@/?#]+)(?:\/([A-Za-z0-9_-]{1,64}))?\/?$/
const host = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/
const usualPort = 4_222

/**
 * `nats://user:password@one:4222,two:4222/community`; `tls://` where the connection must be
 * encrypted. Everything but a host may be left out.
 */
export function parseClusterUrl(url: string): Parsed {
  const [, scheme, user, password, hosts = '', community = 'parley'] = form.exec(url) ?? []
  const servers = hosts.split(',').map((each) => host.exec(each))
  if (!scheme || servers.some((each) => !each)) return { ok: false, message: notAUrl }
  const ports = servers.map((each) => Number(each![2] ?? usualPort))
  if (ports.some((port) => port < 1 || port > 65_535)) return { ok: false, message: notAUrl }
  return {
    ok: true,
    value: {
      servers: servers.map((each, index) => `${each![1]}:${ports[index]}`),
      tls: scheme === 'tls',
      user: user === undefined ? null : decodeURIComponent(user),
      password: password === undefined ? null : decodeURIComponent(password),
      community,
    },
  }
}

const nodeName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/

/** What an operator may call a node. */
export function isNodeName(text: string): boolean {
  return nodeName.test(text)
}

const notAUrl = 'write where NATS is, such as nats://one:4222,two:4222/community, with tls:// where it speaks TLS'
