import { ChatError, type ChatErrorCode } from '@parley/client'

/** What can be done about it; where nothing stands, the error says enough by itself. */
const words: { readonly [code in ChatErrorCode]?: string } = {
  'name-taken': 'Somebody has this name, or the password is wrong.',
  'name-invalid': 'A name has 1 to 32 letters, digits and _.',
  'too-many-messages': 'That was too much at once. It goes on in a moment.',
  'key-changed': 'Their key has changed. Compare the safety number first.',
  'no-such-user': 'There is nobody of that name.',
  unreachable: 'The server cannot be reached.',
}

/** An error for people, as a sentence. What is no ChatError is a bug, and is thrown on. */
export function inWords(error: unknown): string {
  if (!(error instanceof ChatError)) throw error
  return words[error.code] ?? sentence(error.message)
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(begun) ? begun : `${begun}.`
}
