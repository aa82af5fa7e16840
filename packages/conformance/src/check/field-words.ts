import type { CheckedProtocol, FieldWords } from './checked-protocol.ts'
import { sourceLine, written } from './source-lines.ts'

interface Actor {
  readonly protocol: string
  readonly name: string
  readonly heard: string[]
}

/**
 * A transcript as clients in the field would say it, to a server that takes nothing else: those of
 * `wanted` open by other words, and say what the rulings list. Line numbers stay the same.
 */
export function inFieldWords(
  text: string,
  wanted: ReadonlySet<string>,
  protocols: Readonly<Record<string, CheckedProtocol>>,
): string {
  const actors = new Map<string, Actor>()
  const wordsOf = (protocol: string | undefined): FieldWords | undefined =>
    protocol !== undefined && wanted.has(protocol) ? protocols[protocol]?.fieldWords : undefined
  const lines = text.split('\n').map((source) => {
    const line = sourceLine(source)
    if (line.kind === 'connects') actors.set(line.actor, { protocol: line.protocol, name: line.actor, heard: [] })
    if (line.kind === 'signs-in') {
      actors.set(line.actor, { protocol: line.protocol, name: line.name, heard: [] })
      const opening = wordsOf(line.protocol)?.opening
      return opening === undefined ? source : `${line.actor} signs in by ${opening} as ${line.name}`
    }
    if (line.kind === 'said' && !line.sent && line.said.form === 'notation') {
      actors.get(line.actor)?.heard.push(line.said.text)
    }
    if (line.kind !== 'said' || !line.sent) return source
    const { actor, said, start } = line
    const who = actors.get(actor)
    const words = wordsOf(who?.protocol)
    if (!words || !who || said.form === 'hex') return source
    const name = protocols[who.protocol]?.signIn.exec(said.form === 'notation' ? said.text : said.bytes)?.[1]
    if (name !== undefined) actors.set(actor, { ...who, name })
    if (said.form === 'notation')
      return start + written({ form: 'notation', text: words.sent(said.text, who.name, who.heard) })
    const lines = said.bytes.split('\n').map((each) => words.sent(each, who.name, who.heard))
    return start + written({ form: said.form, bytes: lines.join('\n') })
  })
  return lines.join('\n')
}
