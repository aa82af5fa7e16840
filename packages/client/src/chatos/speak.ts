import { ChatError } from '../chat.ts'
import type { Link } from '../link.ts'
import type { ClientProtocol, Speaker, SpeakOptions } from '../speaker.ts'
import { usualPatience, type Patience } from './patience.ts'
import { ChatosSpeaker, isName } from './speaker.ts'

/** The protocol, with another patience than the usual one for programs whose time is their own. */
export function speakChatos(patience: Patience = usualPatience): ClientProtocol {
  return {
    name: 'chatos',
    async speak(link, how) {
      try {
        return await signIn(link, how, patience)
      } catch (error) {
        link.destroy()
        throw error
      }
    },
  }
}

/** C-1, C-6 */
async function signIn(link: Link, how: SpeakOptions, patience: Patience): Promise<Speaker> {
  if (how.password !== undefined) {
    const advice = 'leave it out, or sign in by ident, helo, json or cp where the name is registered'
    throw new ChatError('usage', `chatos has no place for a password: ${advice}`)
  }
  if (!isName(how.name)) throw new ChatError('name-invalid', 'a chatos name has 1 to 255 bytes')
  const speaker = new ChatosSpeaker(link, how, patience)
  await speaker.signIn()
  return speaker
}
