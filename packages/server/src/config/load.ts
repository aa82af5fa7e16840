import { defaultRetention, type Retention } from '@parley/core'
import type { Rate } from '@parley/protocols'
import { dirname, resolve } from 'node:path'
import { parseListenerUrl, type Scheme } from './listener-url.ts'
import { parseRate } from './rate.ts'
import type { FileSettings } from './schema.ts'
import { defaultSettings, type ClusterSettings, type Settings } from './settings.ts'
import { invertedLimits } from './inverted-limits.ts'
import type { SettingProblem } from '../settings-file/read-settings-file.ts'

/**
 * `message`: one line per problem, each with the file, the place, the setting, what is wrong and
 * what to write.
 */
export type Loaded =
  { readonly ok: true; readonly settings: Settings } | { readonly ok: false; readonly message: string }

/**
 * Reads a configuration file: JSON with comments and trailing commas. What it leaves out is as in
 * `defaultSettings`; relative paths in it start from its directory. `protocols` are those that the
 * URLs under `listen` may name.
 */
export async function loadSettings(file: string, protocols: readonly Scheme[]): Promise<Loaded> {
  // Loaded only for those who have a file: the two cost a server without one memory and time at the start.
  const { fileSchema } = await import('./schema.ts')
  const { readSettingsFile } = await import('../settings-file/read-settings-file.ts')
  const read = await readSettingsFile(file, fileSchema, {
    more: (given) => [...urlProblems(given, protocols), ...invertedLimits(given)],
  })
  return read.ok ? { ok: true, settings: complete(read.value, dirname(resolve(file))) } : read
}

function complete(given: FileSettings, directory: string): Settings {
  const { name, listen, host, adminListen, data, tls, log, limits, mailbox, history, passwords, disk, hooks, cluster } =
    defaultSettings
  const { signInRate, messageRate, keyRate, sessionKeyRate, keyQuestionRate, fileOfferRate, markRate, ...figures } =
    given.limits ?? {}
  const rate = (text: string | undefined, otherwise: Rate | null) =>
    text === undefined ? otherwise : (parseRate(text) ?? null)
  const path = (text: string | null | undefined) => (typeof text === 'string' ? resolve(directory, text) : null)
  return {
    name: given.name ?? name,
    listen: given.listen ?? listen,
    host: given.host ?? host,
    adminListen: given.adminListen ?? adminListen,
    data: path(given.data) ?? data,
    tls: given.tls
      ? { certificate: resolve(directory, given.tls.certificate), key: resolve(directory, given.tls.key) }
      : tls,
    log: { level: given.log?.level ?? log.level, file: path(given.log?.file) ?? log.file },
    limits: {
      ...limits,
      ...figures,
      signInRate: rate(signInRate, limits.signInRate),
      messageRate: rate(messageRate, limits.messageRate),
      keyRate: rate(keyRate, limits.keyRate),
      sessionKeyRate: rate(sessionKeyRate, limits.sessionKeyRate),
      keyQuestionRate: rate(keyQuestionRate, limits.keyQuestionRate),
      fileOfferRate: rate(fileOfferRate, limits.fileOfferRate),
      markRate: rate(markRate, limits.markRate),
    },
    mailbox: { ...mailbox, ...given.mailbox },
    history: {
      ...history,
      ...given.history,
      everyone: retentionOf(given.history?.everyone),
      groups: retentionOf(given.history?.groups),
      private: retentionOf(given.history?.private),
    },
    passwords: { ...passwords, ...given.passwords },
    disk: { ...disk, ...given.disk },
    hooks: { ...hooks, ...given.hooks },
    cluster: given.cluster ? clusterOf(given.cluster, path) : cluster,
  }
}

function clusterOf(
  given: NonNullable<FileSettings['cluster']>,
  path: (text?: string | null) => string | null,
): ClusterSettings {
  const { url, node = null, credentials, tls, replicas = null } = given
  const files = tls && { ca: path(tls.ca), certificate: path(tls.certificate), key: path(tls.key) }
  return { url, node, credentials: path(credentials), tls: files ?? null, replicas }
}

function retentionOf(given: Partial<Retention> | 'off' = {}): Retention | 'off' {
  return given === 'off' ? 'off' : { ...defaultRetention, ...given }
}

function urlProblems(given: FileSettings, protocols: readonly Scheme[]): readonly SettingProblem[] {
  return (given.listen ?? []).flatMap((url, index) => {
    const parsed = parseListenerUrl(url, protocols, { host: given.host ?? defaultSettings.host })
    return parsed.ok ? [] : [{ path: ['listen', index], message: parsed.message }]
  })
}
