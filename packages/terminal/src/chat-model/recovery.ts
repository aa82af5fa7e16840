import type { Chat } from '@parley/client'
import type { ConversationModel } from '@parley/client/conversations'

/** Asks what to do on a device that has no keys of an account that has some. */
export function followRecovery(chat: Chat, model: ConversationModel): void {
  chat.on('recovery-needed', ({ hasBackup }) => {
    const why = 'this device does not have the keys of your account, and seals nothing without them'
    const ways = [
      ...(hasBackup ? [] : ['/recovery make, on a device that has them, makes a backup and a phrase of twelve words']),
      '/recovery restore WORDS takes them from the backup, by the twelve words of its phrase',
      '/recovery anew goes on with keys of its own: what was sealed before stays closed, and everybody is told',
    ]
    model.note('warning', [why, ...ways].join('\n'))
  })
}

export function recoveryMade(phrase: string): string {
  const what = 'the recovery phrase, which is not shown again; write it down, and keep it away from the server'
  return `${what}:\n${phrase}\n/recovery restore on another device takes your keys from the backup by it`
}
