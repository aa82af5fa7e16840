import { group, text } from '@parley/server/settings-file'
import * as v from 'valibot'
import { commands } from '../chat-model/commands.ts'
import { actions, type Action } from '../chat-screen/bindings.ts'
import { toneColours } from '../chat-screen/palette.ts'
import { newsKinds } from '../chat-screen/screen-settings.ts'

const isTrue = v.exactOptional(v.boolean('true or false'))
const names = Object.keys(actions) as Action[]
const colour = v.exactOptional(
  v.message(
    v.union([
      v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255)),
      v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/i)),
    ]),
    'a colour: one of 0 to 255, or "#rrggbb"',
  ),
)
const tones = Object.fromEntries(Object.keys(toneColours).map((tone) => [tone, colour])) as Record<
  keyof typeof toneColours,
  typeof colour
>

const keyName = v.pipe(
  v.string(),
  v.regex(
    /^(?:ctrl-)?(?:alt-)?(?:shift-)?(?:[^\s\p{Control}]|f\d{1,2}|[a-z]+(?:-[a-z]+)?)$/u,
    'no key is called so; write "ctrl-n", "alt-g", "f7", "alt-up" or the like',
  ),
)

const aliasName = v.pipe(
  v.string(),
  v.regex(/^[\p{L}\p{N}_-]{1,32}$/u, 'an alias is one word of letters and digits, without the slash'),
  v.check(
    (alias) => !commands.some(({ name }) => name === alias || name.startsWith(`${alias} `)),
    'there is a command of that name; take another one',
  ),
)

/** Whether it begins with a command. What stands behind may be all of it, a part, or nothing. */
function leadsSomewhere(target: string): boolean {
  const [, first, second] = /^\/(\S+)\s*(\S*)/.exec(target) ?? []
  return commands.some(({ name }) => {
    const [word, more] = name.split(' ')
    return word === first && (more === undefined || second === '' || second === more)
  })
}

/** The file of settings: `ChatSettings` with everything optional, a relative path still as text. */
export const chatFileSchema = group({
  colours: v.exactOptional(group({ on: isTrue, names: isTrue, tones: v.exactOptional(group(tones)) })),
  keys: v.exactOptional(
    v.record(
      keyName,
      v.nullable(v.picklist(names, 'the name of an action in quotes, or null for none')),
      'keys and their actions in braces: { "alt-j": "go-to" }',
    ),
  ),
  aliases: v.exactOptional(
    v.record(
      aliasName,
      v.pipe(
        v.message(
          v.pipe(v.string(), v.regex(/^\/\S[^\u0000-\u001f\u007f-\u009f]*$/)),
          'a command in quotes: "/group join"',
        ),
        v.check(leadsSomewhere, 'the name of a command behind the slash: "/group join"; /help lists them'),
      ),
      'aliases in braces: { "j": "/group join" }',
    ),
  ),
  highlights: v.exactOptional(v.array(text('a word in quotes: "deploy"'), 'a list of words: ["deploy"]')),
  notifications: v.exactOptional(
    group({
      about: v.exactOptional(
        v.array(
          v.picklist(newsKinds, newsKinds.map((kind) => `"${kind}"`).join(', ')),
          'a list: ["mention", "private"]',
        ),
      ),
      bell: isTrue,
      desktop: isTrue,
      text: isTrue,
      title: isTrue,
    }),
  ),
  mouse: isTrue,
  log: v.exactOptional(
    group({
      on: isTrue,
      directory: v.exactOptional(v.nullable(text('the path of a directory in quotes, or null for the usual place'))),
    }),
  ),
})

export type ChatFile = v.InferOutput<typeof chatFileSchema>
