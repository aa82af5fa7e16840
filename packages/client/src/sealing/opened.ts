import type { ReceivedMessage } from './session-memory.ts'
import type { Seal, SealAlarm, Secrecy, Suspicion } from '../features.ts'

export type Opened =
  | {
      readonly ok: true
      readonly text: string
      readonly secrecy: Exclude<Secrecy, 'plain'>
      /** Whether the sender's key is known since they are here, and is the one that was seen first. */
      readonly isChecked: boolean
      readonly seal: Seal
      /** It is shown, and this is told beside it. */
      readonly suspicion?: Suspicion
      /** Of what was opened out of a history: its place among the messages of its sender. */
      readonly place?: ReceivedMessage
    }
  | { readonly ok: false; readonly reason: string; readonly alarm?: SealAlarm }
