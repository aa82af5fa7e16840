import * as v from 'valibot'
import { isHost } from './listener-url.ts'
import { parseRate, rateForm } from './rate.ts'

// Every message below says what to write; the loader puts in front of it where and what is there
// instead.

function whole(least: number, most: number, unit: string) {
  const number = v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most))
  return v.exactOptional(v.message(number, `a whole number from ${least} to ${most}: ${unit}`))
}

function text(what: string) {
  return v.message(
    v.pipe(v.string(), v.regex(/^[^\u0000-\u001f\u007f-\u009f]*\S[^\u0000-\u001f\u007f-\u009f]*$/)),
    what,
  )
}

function group<const E extends v.ObjectEntries>(entries: E) {
  const all = Object.keys(entries)
    .map((key) => `"${key}"`)
    .join(' and ')
  // Only a key that is not optional can be missing.
  return v.object(entries, ({ received }) =>
    received === 'undefined' ? `${all} together` : 'settings in braces: { … }',
  )
}

const port = v.message(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)), 'a port from 1 to 65535')
const most = 1_000_000_000
const mostOfFiles = 1_000_000_000_000
const aMinute = 'failed passwords a minute'

/**
 * The configuration file: `Settings` with everything optional, the message rate and relative paths
 * still as text.
 */
const fileSchema = group({
  name: v.exactOptional(text('a text of one line, in quotes')),
  listen: v.exactOptional(
    v.array(text('a listener URL in quotes'), 'a list of listener URLs: ["ident://127.0.0.1:1337"]'),
  ),
  host: v.exactOptional(
    v.message(v.pipe(v.string(), v.check(isHost)), 'a host name or an address in quotes: "127.0.0.1"'),
  ),
  data: v.exactOptional(v.nullable(text('the path of a directory in quotes, or null for the usual place'))),
  tls: v.exactOptional(
    v.nullable(
      group({
        certificate: text('the path of a PEM file in quotes'),
        key: text('the path of a PEM file in quotes'),
      }),
    ),
  ),
  log: v.exactOptional(
    group({
      level: v.exactOptional(
        v.picklist(['debug', 'info', 'warn', 'error', 'silent'], '"debug", "info", "warn", "error" or "silent"'),
      ),
      file: v.exactOptional(v.nullable(text('the path of a file in quotes, or null for standard error'))),
    }),
  ),
  limits: v.exactOptional(
    group({
      connectionsPerAddress: whole(1, most, 'connections'),
      signInSeconds: whole(1, 86_400, 'seconds'),
      frameBeforeSignIn: whole(1_025, 16_777_216, 'bytes'),
      frame: whole(1_025, 16_777_216, 'bytes'),
      unsentBytes: whole(262_144, 1_073_741_824, 'bytes'),
      transferPorts: v.exactOptional(v.nullable(group({ first: port, last: port }))),
      messageRate: v.exactOptional(
        v.message(
          v.pipe(
            v.string(),
            v.check((rate) => parseRate(rate) !== undefined),
          ),
          `${rateForm}, in quotes`,
        ),
      ),
      groupsPerUser: whole(1, most, 'groups that a user is the admin of'),
      tunnelsPerUser: whole(1, most, 'private connections that a user asked for'),
      fileBytes: whole(1, mostOfFiles, 'bytes'),
      spoolBytes: whole(1, mostOfFiles, 'bytes'),
    }),
  ),
  mailbox: v.exactOptional(
    group({
      perPair: whole(1, most, 'messages of one sender'),
      perRecipient: whole(1, most, 'messages in all'),
      bytes: whole(65_536, mostOfFiles, 'bytes'),
      guestShare: v.exactOptional(
        v.message(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 'the part that guests may take, from 0 to 1'),
      ),
    }),
  ),
  passwords: v.exactOptional(
    group({
      perNameAndAddress: whole(1, most, aMinute),
      perAddress: whole(1, most, aMinute),
      perName: whole(1, most, aMinute),
    }),
  ),
})

export type FileSettings = v.InferOutput<typeof fileSchema>

interface SchemaProblem {
  /** Keys and indexes from the root. */
  readonly path: readonly (string | number)[]
  /** What to write there. */
  readonly expected: string
}

type Checked =
  | { readonly ok: true; readonly value: FileSettings }
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] }

export function checkFile(value: unknown): Checked {
  const result = v.safeParse(fileSchema, value, { abortPipeEarly: true })
  if (result.success) return { ok: true, value: result.output }
  const problems = result.issues.map((issue) => ({
    path: (issue.path ?? []).flatMap(({ key }) => (typeof key === 'string' || typeof key === 'number' ? [key] : [])),
    expected: issue.message,
  }))
  return { ok: false, problems }
}

/** The keys that may stand at this place of the file; null where no settings in braces belong. */
export function keysAt(path: readonly (string | number)[]): readonly string[] | null {
  let schema: unknown = fileSchema
  for (const key of path) {
    const entry: [string, unknown] | undefined = Object.entries(entriesOf(schema) ?? {}).find(([name]) => name === key)
    if (!entry) return null
    schema = entry[1]
  }
  const entries = entriesOf(schema)
  return entries && Object.keys(entries)
}

function entriesOf(schema: unknown): object | null {
  if (typeof schema !== 'object' || schema === null) return null
  if ('wrapped' in schema) return entriesOf(schema.wrapped)
  return 'entries' in schema && typeof schema.entries === 'object' ? schema.entries : null
}
