import { defaultSettings, schemes, type ClusterSettings, type Settings } from '@parley/server'
import {
  defaultDataDirectory,
  isHost,
  isNodeName,
  loadSettings,
  parseAdminAddress,
  parseClusterUrl,
  parseRate,
  rateForm,
} from '@parley/server'

/** What every command that touches a data directory can be told. */
export interface PlaceOptions {
  readonly config?: string
  readonly data?: string
}

export interface SettingOptions extends PlaceOptions {
  readonly listen?: readonly string[]
  readonly host?: string
  readonly name?: string
  readonly adminListen?: string
  readonly rateLimit?: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly logLevel?: Settings['log']['level']
  readonly logFile?: string
  readonly cluster?: string
  readonly node?: string
  readonly natsCredentials?: string
  readonly natsCa?: string
}

/** Settings whose data directory is known. */
export type PlacedSettings = Settings & { readonly data: string }

export type SettingsFound =
  { readonly ok: true; readonly settings: PlacedSettings } | { readonly ok: false; readonly message: string }

/** The defaults, over them the configuration file, over that the options. Every failure is wrong usage. */
export async function settingsOf(options: SettingOptions): Promise<SettingsFound> {
  const file = await fileSettings(options.config)
  if (!file.ok) return file
  const { settings } = file
  const { messageRate } = settings.limits
  const rate = options.rateLimit === undefined ? messageRate : parseRate(options.rateLimit)
  if (rate === undefined)
    return { ok: false, message: `--rate-limit cannot be "${options.rateLimit}"; write ${rateForm}.` }
  if (options.host !== undefined && !isHost(options.host)) {
    return { ok: false, message: `--host cannot be "${options.host}"; write a host name or an address without a port.` }
  }
  if (
    options.name !== undefined &&
    !/^[^\u0000-\u001f\u007f-\u009f]*\S[^\u0000-\u001f\u007f-\u009f]*$/.test(options.name)
  ) {
    return { ok: false, message: '--name must be one line of text; it stands in the greetings.' }
  }
  if (options.adminListen !== undefined && parseAdminAddress(options.adminListen) === null) {
    const message = `--admin-listen cannot be "${options.adminListen}"; write HOST:PORT, such as 127.0.0.1:9464.`
    return { ok: false, message }
  }
  const cluster = clusterOf(options, settings.cluster)
  if (typeof cluster === 'string') return { ok: false, message: cluster }
  if (options.data === '') return { ok: false, message: '--data needs the path of a directory.' }
  const certificate = options.tlsCert ?? settings.tls?.certificate
  const key = options.tlsKey ?? settings.tls?.key
  if ((certificate === undefined) !== (key === undefined)) {
    const [given, missing] = key === undefined ? ['--tls-cert', '--tls-key'] : ['--tls-key', '--tls-cert']
    return { ok: false, message: `${given} needs ${missing} beside it: TLS takes a certificate and its private key.` }
  }
  return {
    ok: true,
    settings: {
      ...settings,
      name: options.name ?? settings.name,
      listen: options.listen ?? settings.listen,
      host: options.host ?? settings.host,
      adminListen: options.adminListen ?? settings.adminListen,
      data: options.data ?? settings.data ?? defaultDataDirectory(),
      tls: certificate !== undefined && key !== undefined ? { certificate, key } : null,
      log: { level: options.logLevel ?? settings.log.level, file: options.logFile ?? settings.log.file },
      limits: { ...settings.limits, messageRate: rate },
      cluster,
    },
  }
}

/** Or what is wrong with the options. */
function clusterOf(
  { cluster: url, node, natsCredentials, natsCa }: SettingOptions,
  given: ClusterSettings | null,
): ClusterSettings | null | string {
  const parsed = url === undefined ? null : parseClusterUrl(url)
  if (parsed && !parsed.ok) return `--cluster cannot be "${url}"; ${parsed.message}.`
  const at = url ?? given?.url
  if (at === undefined) {
    const alone = [node, natsCredentials, natsCa].some((option) => option !== undefined)
    return alone ? '--node, --nats-credentials and --nats-ca need --cluster beside them.' : null
  }
  if (node !== undefined && !isNodeName(node)) {
    return `--node cannot be "${node}"; write up to 32 letters, digits, _ and -.`
  }
  const tls = natsCa === undefined ? given?.tls : { certificate: null, key: null, ...given?.tls, ca: natsCa }
  return {
    url: at,
    node: node ?? given?.node ?? null,
    credentials: natsCredentials ?? given?.credentials ?? null,
    tls: tls ?? null,
    replicas: given?.replicas ?? null,
  }
}

function fileSettings(file: string | undefined): ReturnType<typeof loadSettings> {
  return file === undefined ? Promise.resolve({ ok: true, settings: defaultSettings }) : loadSettings(file, schemes)
}
