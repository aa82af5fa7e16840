import type { Files, FileSource, SentByChat } from './features.ts'
import { OutgoingFile } from './kit/outgoing-file.ts'

/** Sends a file as soon as it is clear how. `seal`: null is for as it is. Progress counts the file's own bytes. */
export function sentByChat(
  files: Files,
  user: string,
  file: FileSource,
  seal: () => Promise<FileSource | null>,
): SentByChat {
  const outer = new OutgoingFile(user, file)
  const secrecy = Promise.withResolvers<'sealed' | 'plain'>()
  // A program may not care.
  secrecy.promise.catch(() => {})
  outer.over.addEventListener('abort', () => secrecy.reject(outer.over.reason), { once: true })
  const send = async () => {
    const sealed = await seal()
    outer.over.throwIfAborted()
    secrecy.resolve(sealed ? 'sealed' : 'plain')
    const inner = files.send(user, sealed ?? file)
    outer.over.addEventListener('abort', () => inner.cancel(), { once: true })
    inner.onProgress((sent, size) => outer.progress(size === 0 ? 0 : Math.floor((sent / size) * file.size)))
    outer.settle(await inner.delivered)
  }
  send().catch((error: unknown) => outer.fail(error))
  return Object.assign(outer, { secrecy: secrecy.promise })
}
