import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { loadSettings } from './load.ts'
import { defaultSettings } from './settings.ts'

const ident = { name: 'ident', port: 1337, options: {} }
const example = join(import.meta.dirname, '../../../../parley.example.jsonc')
describe('the configuration file', () => {
  let directory: string

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-config-'))
  })
  after(() => rm(directory, { recursive: true }))

  async function load(content: string | Uint8Array) {
    const file = join(directory, 'parley.jsonc')
    await writeFile(file, content)
    const loaded = await loadSettings(file, [ident])
    if (loaded.ok) return loaded
    const lines = loaded.message.split('\n')
    return { ...loaded, lines: lines.map((line) => line.replace(`${file}:`, '')) }
  }

  async function refusal(content: string | Uint8Array): Promise<readonly string[]> {
    const loaded = await load(content)
    assert.ok(!loaded.ok, `${String(content)} was taken`)
    return loaded.lines
  }

  test('the example file gives exactly the defaults', async () => {
    assert.deepEqual(await loadSettings(example, [ident]), { ok: true, settings: defaultSettings })
  })

  test('the example file shows every setting, in the order of the defaults', async () => {
    const text = (await readFile(example, 'utf8')).replaceAll(/^ *\/\/.*$/gm, '')
    const shown = [...text.matchAll(/"(\w+)":/g)].map(([, key]) => key)
    const keys = (settings: object): string[] =>
      Object.entries(settings).flatMap(([key, value]: [string, unknown]) =>
        !key.endsWith('Rate') && value !== null && typeof value === 'object' && !Array.isArray(value)
          ? [key, ...keys(value)]
          : [key],
      )
    assert.deepEqual(shown, keys(defaultSettings))
  })

  test('an empty object leaves every default, also behind a byte order mark', async () => {
    assert.deepEqual(await load('\ufeff{}'), { ok: true, settings: defaultSettings })
  })

  test('what a file gives takes the place of the default and nothing else does', async () => {
    const loaded = await load(`{
    // comments and trailing commas are fine
    "listen": ["ident://", "idents://[::1]:0"],
    "limits": { "frame": 2048, "messageRate": "off", },
    "log": { "level": "debug" },
  }`)
    assert.deepEqual(loaded, {
      ok: true,
      settings: {
        ...defaultSettings,
        listen: ['ident://', 'idents://[::1]:0'],
        limits: { ...defaultSettings.limits, frame: 2048, messageRate: null },
        log: { level: 'debug', file: null },
      },
    })
  })

  test('a message rate is written as on the command line', async () => {
    const loaded = await load('{ "limits": { "messageRate": "100/2.5" } }')
    assert.ok(loaded.ok)
    assert.deepEqual(loaded.settings.limits.messageRate, { burst: 100, perSecond: 2.5 })
  })

  test('relative paths start from the directory of the file', async () => {
    const loaded = await load(
      '{ "data": "d", "log": { "file": "../x.log" }, "tls": { "certificate": "c.pem", "key": "/k" } }',
    )
    assert.ok(loaded.ok)
    assert.equal(loaded.settings.data, join(directory, 'd'))
    assert.equal(loaded.settings.log.file, join(directory, '../x.log'))
    assert.deepEqual(loaded.settings.tls, { certificate: join(directory, 'c.pem'), key: '/k' })
  })

  test('every wrong value is reported with its line, column and key, and with what to write', async () => {
    const lines = await refusal(`{
  "name": "",
  "limits": {
    "signInSeconds": "60",
    "messageRate": "fast"
  },
  "log": { "level": "verbose" },
  "listen": ["ident://", 7]
}`)
    assert.deepEqual(lines, [
      '2:11: name: "" cannot stand here; write a text of one line, in quotes',
      '4:22: limits.signInSeconds: "60" cannot stand here; write a whole number from 1 to 86400: seconds',
      '5:20: limits.messageRate: "fast" cannot stand here; write "off", or BURST/PER-SECOND such as "20/5", in quotes',
      '7:21: log.level: "verbose" cannot stand here; write "debug", "info", "warn", "error" or "silent"',
      '8:26: listen[1]: 7 cannot stand here; write a listener URL in quotes',
    ])
  })

  test('every unknown key is reported, with the one that was probably meant', async () => {
    const lines = await refusal('{\n  "nmae": "x",\n  "log": { "fiel": null },\n  "__proto__": {} }')
    assert.match(
      lines[0]!,
      /^2:3: there is no setting "nmae" \(did you mean "name"\?\); there are name, listen, host, /,
    )
    assert.match(lines[1]!, /^3:12: there is no setting "log\.fiel" \(did you mean "file"\?\); there are level, file$/)
    assert.match(lines[2]!, /^4:3: there is no setting "__proto__"/)
    assert.equal(lines.length, 3)
  })

  test('other mistakes are named where they stand', async () => {
    const rows: [string | Uint8Array, RegExp][] = [
      ['{ "name": "a", "name": "b" }', /^1:16: "name" stands there twice/],
      ['{\n  "name": "a"\n  "host": "b"\n}', /^3:3: a comma is expected here$/],
      ["{ 'name': 1 }", /^1:3: this word is not JSON; texts stand in double quotes$/],
      ['{ "name": "a"', /^1:14: a closing brace } is missing$/],
      ['', /^1:1: /],
      ['// nothing\n', /^2:1: /],
      ['[]', /^1:1: settings in braces are expected here: \{ … \}$/],
      ['7', /^1:1: the file: 7 cannot stand here; write settings in braces: \{ … \}$/],
      ['{ "log": [] }', /^1:10: settings in braces are expected here/],
      ['{ "limits": 5 }', /^1:13: limits: 5 cannot stand here; write settings in braces/],
      [
        '{ "tls": { "key": "k.pem" } }',
        /^1:10: tls\.certificate: this is missing; write "certificate" and "key" together$/,
      ],
      ['{ "host": "a:1" }', /^1:11: host: "a:1" cannot stand here; write a host name or an address/],
      [
        '{ "listen": ["idnt://"] }',
        /^1:14: listen\[0\]: "idnt:\/\/": there is no protocol "idnt" \(did you mean "ident"/,
      ],
      [
        '{ "limits": { "frame": 1.5 } }',
        /^1:24: limits\.frame: 1\.5 cannot stand here; write a whole number from 1025/,
      ],
      [Uint8Array.of(0x7b, 0xff, 0x7d), / this file is not UTF-8; save it as UTF-8$/],
    ]
    for (const [content, message] of rows) assert.match((await refusal(content))[0]!, message)
  })

  test('a file that cannot be read is named with the reason', async () => {
    const missing = join(directory, 'missing.jsonc')
    assert.deepEqual(await loadSettings(missing, [ident]), {
      ok: false,
      message: `The configuration file ${missing} cannot be read: there is no such file or directory.`,
    })
    const loaded = await loadSettings(directory, [ident])
    assert.match(loaded.ok ? '' : loaded.message, /cannot be read: it is a directory\.$/)
  })
})
