import type { ClientProtocol } from '../speaker.ts'
import { CpSpeaker } from './cp-speaker.ts'

export const cp: ClientProtocol = {
  name: 'cp',
  async speak(link, how) {
    const speaker = new CpSpeaker(link, how)
    try {
      await speaker.signIn(how.password)
    } catch (error) {
      link.destroy()
      throw error
    }
    return speaker
  },
}
