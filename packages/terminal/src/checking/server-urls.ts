import { ChatError } from '@parley/client'
import { parseCheckUrl, type CheckUrl } from '@parley/conformance'
import { readFile } from 'node:fs/promises'

/** Throws a ChatError that is wrong usage. */
export function readServerUrls(texts: readonly string[]): readonly CheckUrl[] {
  const urls = texts.map((text) => {
    const read = parseCheckUrl(text)
    if (!read.ok) throw new ChatError('usage', read.problem)
    return read.value
  })
  for (const [index, { protocol }] of urls.entries()) {
    if (urls.findIndex((each) => each.protocol === protocol) < index) {
      throw new ChatError('usage', `${protocol} is named twice; name each protocol of the server once`)
    }
  }
  return urls
}

/** The text of a file that an option names. Rejects with a ChatError that is wrong usage. */
export async function readNamedFile(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'it may not be read' : String(code)
    throw new ChatError('usage', `${option} ${file}: ${why}`)
  }
}
