import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { withAlias } from '../chat-model/aliases.ts'
import { defaultChatSettings } from './chat-settings.ts'
import { chatSettingsFile, defaultLogDirectory, loadChatSettings, screenSettingsOf } from './load.ts'

const example = join(import.meta.dirname, '../../../../chat.example.jsonc')

describe('the settings of the chat', () => {
  let directory = ''
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-chat-settings-'))
  })
  after(() => rm(directory, { recursive: true }))

  async function load(content: string) {
    const file = join(directory, 'chat.jsonc')
    await writeFile(file, content)
    const loaded = await loadChatSettings(file)
    return loaded.ok ? loaded : { ...loaded, message: loaded.message.replaceAll(`${file}:`, '') }
  }

  it('are the defaults in the example, which shows every one of them in their order', async () => {
    assert.deepEqual(await loadChatSettings(example), { ok: true, settings: defaultChatSettings })
    const shown = [...(await readFile(example, 'utf8')).matchAll(/^ *"(\w+)":/gm)].map(([, key]) => key)
    const keys = (settings: object): string[] =>
      Object.entries(settings).flatMap(([key, value]: [string, unknown]) =>
        value !== null && typeof value === 'object' && !Array.isArray(value) ? [key, ...keys(value)] : [key],
      )
    assert.deepEqual(shown, keys(defaultChatSettings))
  })

  it('are the defaults where there is no file', async () => {
    assert.deepEqual(await loadChatSettings(join(directory, 'none.jsonc')), {
      ok: true,
      settings: defaultChatSettings,
    })
  })

  it('take the place of the defaults one by one', async () => {
    const loaded = await load(`{
      "colours": { "tones": { "accent": "#0087AF" } },
      "keys": { "alt-j": "go-to", "ctrl-n": null },
      "log": { "on": true, "directory": "talks" },
    }`)
    assert.ok(loaded.ok, !loaded.ok ? loaded.message : '')
    const { settings } = loaded
    assert.equal(settings.colours.tones.accent, '#0087AF')
    assert.equal(settings.colours.tones.error, defaultChatSettings.colours.tones.error)
    assert.deepEqual(settings.log, { on: true, directory: join(directory, 'talks') })
    const { bindings } = screenSettingsOf(settings)
    assert.deepEqual(
      [bindings.get('alt-j'), bindings.get('alt-g'), bindings.get('ctrl-n')],
      ['go-to', 'go-to', undefined],
    )
  })

  it('are refused with the place, the key, what is wrong and what to write', async () => {
    const rows: [string, RegExp][] = [
      ['{ "colors": {} }', /^1:3: there is no setting "colors" \(did you mean "colours"\?\); there are colours, keys,/],
      ['{ "colours": { "on": "no" } }', /^1:22: colours\.on: "no" cannot stand here; write true or false$/],
      ['{ "colours": { "tones": { "own": 256 } } }', /own: 256 cannot stand here; write a colour: one of 0 to 255/],
      [
        '{ "keys": { "alt-j": "goto" } }',
        /^1:22: keys\.alt-j: "goto" cannot stand here \(did you mean "go-to"\?\); write the name of an action/,
      ],
      ['{ "keys": { "Ctrl+N": "go-to" } }', /keys\.Ctrl\+N: no key is called so; write "ctrl-n"/],
      ['{ "aliases": { "msg": "/quit" } }', /aliases\.msg: there is a command of that name/],
      ['{ "aliases": { "/j": "/quit" } }', /aliases\.\/j: an alias is one word/],
      ['{ "aliases": { "j": "group join" } }', /aliases\.j: "group join" cannot stand here; write a command in quotes/],
      [
        '{ "notifications": { "about": ["all"] } }',
        /about\[0\]: "all" cannot stand here; write "mention", "private", "group", "everybody"/,
      ],
      ['{ "aliases": { "j": "/jion" } }', /aliases\.j: "\/jion" cannot stand here; write the name of a command/],
      ['{ "aliases": { "j": "/group jion" } }', /aliases\.j: "\/group jion" cannot stand here/],
      ['{ "log": true }', /^1:10: log: true cannot stand here; write settings in braces/],
    ]
    for (const [content, message] of rows) {
      const loaded = await load(content)
      assert.match(loaded.ok ? `${content} was taken` : loaded.message, message)
    }
  })

  it('are refused with all their mistakes at once, in the order of the file', async () => {
    const loaded = await load(`{
      "colors": {},
      "keys": { "Ctrl+N": "go-to", "alt-j": "goto" },
      "mouse": "no",
      "aliases": { "j": "/jion", "msg": "/quit" },
    }`)
    const places = loaded.ok ? [] : loaded.message.split('\n').map((line) => line.split(/:? /)[0])
    assert.deepEqual(places, ['2:7', '3:27', '3:45', '4:16', '5:25', '5:41'], loaded.ok ? '' : loaded.message)
  })

  it('are looked for where the user keeps such things', () => {
    assert.equal(chatSettingsFile({ XDG_CONFIG_HOME: '/c' }), '/c/parley/chat.jsonc')
    assert.equal(chatSettingsFile({ XDG_CONFIG_HOME: 'c' }), join(homedir(), '.config/parley/chat.jsonc'))
    assert.equal(defaultLogDirectory({ XDG_STATE_HOME: '/s' }), '/s/parley/logs')
    assert.equal(defaultLogDirectory({}), join(homedir(), '.local/state/parley/logs'))
  })
})

describe('an alias', () => {
  it('stands for the start of a command, once', () => {
    const aliases = { j: '/group join', loop: '/loop again' }
    assert.equal(withAlias('/j cooks', aliases), '/group join cooks')
    assert.equal(withAlias('/loop', aliases), '/loop again')
    assert.equal(withAlias('/jo cooks', aliases), '/jo cooks')
    assert.equal(withAlias('//j cooks', aliases), '//j cooks')
    assert.equal(withAlias('j cooks', aliases), 'j cooks')
    assert.equal(withAlias('/toString', aliases), '/toString')
  })
})
