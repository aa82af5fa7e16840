/** What a key does, and the keys that do it. */
interface ActionSpec {
  /** By the names that KeyDecoder gives them. The first one is shown. */
  readonly keys: readonly string[]
  /** For the list of keys. */
  readonly note: string
}

const theNumbered = 'the conversation with that number'

/** What somebody can do on the screen by a key, in the order in which the keys are listed. A new key begins with a row here. */
export const actions = {
  help: { keys: ['f1'], note: 'this list' },
  'next-unread': { keys: ['alt-a', 'ctrl-n'], note: 'the next conversation with something unread' },
  'talk-1': { keys: ['alt-1'], note: theNumbered },
  'talk-2': { keys: ['alt-2'], note: theNumbered },
  'talk-3': { keys: ['alt-3'], note: theNumbered },
  'talk-4': { keys: ['alt-4'], note: theNumbered },
  'talk-5': { keys: ['alt-5'], note: theNumbered },
  'talk-6': { keys: ['alt-6'], note: theNumbered },
  'talk-7': { keys: ['alt-7'], note: theNumbered },
  'talk-8': { keys: ['alt-8'], note: theNumbered },
  'talk-9': { keys: ['alt-9'], note: theNumbered },
  'talk-before': { keys: ['alt-up'], note: 'the conversation above' },
  'talk-after': { keys: ['alt-down'], note: 'the conversation below' },
  'go-to': { keys: ['alt-g'], note: 'goes to a conversation or somebody: type some letters of the name' },
  'cancel-transfer': { keys: ['alt-x'], note: 'cancels a file that is being sent or received' },
  panel: { keys: ['f7'], note: 'shows or hides the list at the side' },
  bare: { keys: ['f8'], note: 'the text alone, to copy from; any key returns' },
  'whole-frames': { keys: ['f9'], note: 'shows frames of the wire whole, or one a row' },
  enter: { keys: ['enter', 'ctrl-j'], note: 'sends what is written, or opens what is chosen' },
  'new-line': { keys: ['alt-enter', 'shift-enter'], note: 'begins a new line in what is written' },
  left: { keys: ['left', 'ctrl-b'], note: 'a character back' },
  right: { keys: ['right', 'ctrl-f'], note: 'a character forward' },
  'word-left': { keys: ['alt-b', 'ctrl-left', 'alt-left'], note: 'a word back' },
  'word-right': { keys: ['alt-f', 'ctrl-right', 'alt-right'], note: 'a word forward' },
  'line-start': { keys: ['ctrl-a'], note: 'to the start of the line' },
  'line-end': { keys: ['ctrl-e'], note: 'to the end of the line' },
  home: { keys: ['home'], note: 'to the start of the line, or to the oldest message' },
  end: { keys: ['end'], note: 'to the end of the line, or to the newest message' },
  'erase-back': { keys: ['backspace', 'ctrl-h'], note: 'erases the character before the cursor' },
  'erase-forward': { keys: ['delete'], note: 'erases the character at the cursor' },
  'erase-forward-or-leave': { keys: ['ctrl-d'], note: 'the same; leaves where nothing is written' },
  'kill-word-back': { keys: ['ctrl-w', 'alt-backspace', 'ctrl-backspace'], note: 'cuts the word before the cursor' },
  'kill-word-forward': { keys: ['alt-d', 'ctrl-delete', 'alt-delete'], note: 'cuts the word behind the cursor' },
  'kill-to-start': { keys: ['ctrl-u'], note: 'cuts to the start of the line' },
  'kill-to-end': { keys: ['ctrl-k'], note: 'cuts to the end of the line' },
  yank: { keys: ['ctrl-y'], note: 'inserts what was cut last' },
  'yank-older': { keys: ['alt-Y'], note: 'puts what was cut before that in its place' },
  transpose: { keys: ['ctrl-t'], note: 'swaps two characters' },
  undo: { keys: ['ctrl-_'], note: 'undoes a change' },
  up: { keys: ['up', 'ctrl-p'], note: 'what was typed before, or a row up' },
  down: { keys: ['down'], note: 'what was typed after it, or a row down' },
  'search-history': { keys: ['ctrl-r'], note: 'searches what was typed before' },
  complete: { keys: ['tab'], note: 'completes a command or a name; on an empty line, the next pane' },
  'complete-back': { keys: ['shift-tab'], note: 'the completion before; on an empty line, the pane before' },
  escape: { keys: ['escape'], note: 'stops what is being sent, or returns to the newest message' },
  'page-up': { keys: ['page-up'], note: 'a page of messages up' },
  'page-down': { keys: ['page-down'], note: 'a page of messages down' },
  'wheel-up': { keys: ['wheel-up'], note: 'messages up' },
  'wheel-down': { keys: ['wheel-down'], note: 'messages down' },
  accept: { keys: ['alt-y'], note: 'accepts the first thing that is offered' },
  decline: { keys: ['alt-n'], note: 'declines it' },
  redraw: { keys: ['ctrl-l'], note: 'draws the screen anew' },
  interrupt: { keys: ['ctrl-c'], note: 'clears the line; twice, leaves' },
  suspend: { keys: ['ctrl-z'], note: 'back to the shell; fg returns' },
} as const satisfies Record<string, ActionSpec>

export type Action = keyof typeof actions

/** The action of every key, by the key's name. */
export type Bindings = ReadonlyMap<string, Action>

export const bindings: Bindings = new Map(
  Object.entries(actions).flatMap(([action, { keys }]) => keys.map((key) => [key, action as Action] as const)),
)

/** The table with some keys changed: another action, or null for none. */
export function bindingsWith(keys: Readonly<Record<string, Action | null>>): Bindings {
  const changed = new Map(bindings)
  for (const [key, action] of Object.entries(keys)) {
    if (action === null) changed.delete(key)
    else changed.set(key, action)
  }
  return changed
}
