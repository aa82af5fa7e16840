import * as v from 'valibot'
import { parseAdminAddress } from './admin-address.ts'
import { isNodeName, parseClusterUrl } from './cluster-url.ts'
import { isHost } from './listener-url.ts'
import { parseRate, rateForm } from './rate.ts'
import { group, text, whole } from '../settings-file/schema-parts.ts'

const port = v.message(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)), 'a port from 1 to 65535')
const most = 1_000_000_000
const mostOfFiles = 1_000_000_000_000
/** What a server with nobody in it takes, and something beside. */
const leastMemory = 134_217_728
const rate = v.exactOptional(
  v.message(
    v.pipe(
      v.string(),
      v.check((text) => parseRate(text) !== undefined),
    ),
    `${rateForm}, in quotes`,
  ),
)
const aMinute = 'failed passwords a minute'

const kept = group({ days: whole(1, 36_500, 'days'), messages: whole(1, most, 'messages of one conversation') })
const retention = v.exactOptional(v.union([v.literal('off'), kept], '{ "days": 30, "messages": 100000 } or "off"'))

/**
 * The configuration file: `Settings` with everything optional, the message rate and relative paths
 * still as text.
 */
export const fileSchema = group({
  name: v.exactOptional(text('a text of one line, in quotes')),
  listen: v.exactOptional(
    v.array(text('a listener URL in quotes'), 'a list of listener URLs: ["ident://127.0.0.1:1337"]'),
  ),
  host: v.exactOptional(
    v.message(v.pipe(v.string(), v.check(isHost)), 'a host name or an address in quotes: "127.0.0.1"'),
  ),
  adminListen: v.exactOptional(
    v.nullable(
      v.message(
        v.pipe(
          v.string(),
          v.check((address) => parseAdminAddress(address) !== null),
        ),
        'HOST:PORT in quotes, such as "127.0.0.1:9464", or null',
      ),
    ),
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
      memory: whole(leastMemory, mostOfFiles, 'bytes'),
      connections: whole(1, most, 'connections'),
      connectionsPerAddress: whole(1, most, 'connections'),
      signInRate: rate,
      signInSeconds: whole(1, 86_400, 'seconds'),
      refusedBeforeSignIn: whole(1, most, 'commands'),
      frameBeforeSignIn: whole(1_025, 16_777_216, 'bytes'),
      frame: whole(1_025, 16_777_216, 'bytes'),
      unsentBytes: whole(262_144, 1_073_741_824, 'bytes'),
      transferPorts: v.exactOptional(v.nullable(group({ first: port, last: port }))),
      messageRate: rate,
      keyRate: rate,
      sessionKeyRate: rate,
      keyQuestionRate: rate,
      fileOfferRate: rate,
      markRate: rate,
      keptBytes: whole(16_384, most, 'bytes'),
      groupsPerUser: whole(1, most, 'groups that a user is the admin of'),
      tunnelsPerUser: whole(1, most, 'private connections that a user asked for'),
      fileBytes: whole(1, mostOfFiles, 'bytes'),
      fileBytesPerMinute: whole(1, mostOfFiles, 'bytes'),
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
  history: v.exactOptional(
    group({
      everyone: retention,
      groups: retention,
      private: retention,
      guestsRead: v.exactOptional(v.boolean('true or false')),
      bytes: whole(65_536, mostOfFiles, 'bytes'),
    }),
  ),
  passwords: v.exactOptional(
    group({
      perNameAndAddress: whole(1, most, aMinute),
      perAddress: whole(1, most, aMinute),
      perName: whole(1, most, aMinute),
    }),
  ),
  disk: v.exactOptional(
    group({
      reserveBytes: whole(0, most, 'bytes; 0 keeps none'),
      spoolLeavesBytes: whole(0, mostOfFiles, 'bytes'),
    }),
  ),
  hooks: v.exactOptional(group({ privateAddresses: v.exactOptional(v.boolean('true or false')) })),
  cluster: v.exactOptional(
    v.nullable(
      group({
        url: v.message(
          v.pipe(
            v.string(),
            v.check((url) => parseClusterUrl(url).ok),
          ),
          'the URL of NATS in quotes: "nats://one:4222,two:4222/community"',
        ),
        node: v.exactOptional(
          v.nullable(
            v.message(v.pipe(v.string(), v.check(isNodeName)), 'up to 32 letters, digits, _ and -, in quotes, or null'),
          ),
        ),
        credentials: v.exactOptional(v.nullable(text('the path of a file in quotes, or null'))),
        tls: v.exactOptional(
          v.nullable(
            group({
              ca: v.exactOptional(v.nullable(text('the path of a PEM file in quotes, or null'))),
              certificate: v.exactOptional(v.nullable(text('the path of a PEM file in quotes, or null'))),
              key: v.exactOptional(v.nullable(text('the path of a PEM file in quotes, or null'))),
            }),
          ),
        ),
        replicas: v.exactOptional(
          v.nullable(v.message(v.picklist([1, 3, 5]), 'how often NATS keeps everything: 1, 3, 5, or null')),
        ),
      }),
    ),
  ),
})

export type FileSettings = v.InferOutput<typeof fileSchema>
