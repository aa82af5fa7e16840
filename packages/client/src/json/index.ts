import type { ClientProtocol } from '../speaker.ts'
import { JsonSpeaker } from './json-speaker.ts'

export const json: ClientProtocol = {
  name: 'json',
  async speak(link, how) {
    const speaker = new JsonSpeaker(link, how)
    try {
      await speaker.signIn(how.password)
    } catch (error) {
      link.destroy()
      throw error
    }
    return speaker
  },
}
