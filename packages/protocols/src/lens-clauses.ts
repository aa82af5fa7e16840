/**
 * What the fields of the lens are cited by: the clauses of the documents in our words, as the ledger
 * has them, and sentences of the rulings and of the page of `parley`. A test holds them against those.
 */
export const clauses: { readonly [citation: string]: string } = {
  'ident.txt JOINED': 'the others are told of a user that has connected',
  'ident.txt LEFT': 'the others are told of a user who has left',
  'ident.txt BCST (2)': 'the connected clients hear BCST, who said it, and the text',
  'ident.txt 2 (2)': 'the receiver hears PRIVATE_MESSAGE, the sender and the message',
  'helo.txt 7.2 (4)': 'the others hear BCST, the sender in brackets, and the message',
  'helo.txt 7.8 (3)':
    'otherwise every member and the admin hear GROUP_MESSAGE, the sender in brackets, and the message',
  'helo.txt 7.10 (5b)': 'the members hear it as a GROUP_MESSAGE',
  'helo.txt 7.10 (5d)': 'the one who was kicked hears +SUCCESS',
  'json.txt Level 1': 'a message may carry a JSON body',
  'json.txt 1 (5)': 'the other clients hear JOINED',
  'json.txt 2 (1)': 'all other clients hear BROADCAST with the sender and the message',
  'json.txt 4 (3)': 'the other clients hear LEFT',
  'json.txt 8 (2)': 'the receiver hears PRIVATE_MESSAGE with the sender and the message',
  'json.txt 9.1 (3)': 'the other users hear GAME_NOTIFICATION',
  'json.txt 9.1 (5)': 'after 10 seconds with two users or more the game starts, and each hears START_GAME_RESP OK',
  'json.txt 9.1 code 6002': 'after 10 seconds with fewer than two users the game is cancelled',
  'json.txt 9.4 (1)': 'GAME_RESULTS lists the times of all, the shortest first',
  'json.txt 9.4 code 9002': 'there are no results',
  'json.txt 9.5 (4)': 'the participants and the range are shown to the players when the game starts',
  'cp.txt Commands RMSG (2)': 'from the server the sender, a colon and the message stand behind RMSG',
  'cp.txt Chat Messages': 'CRLF ends a message',
  'chatos.txt Opcodes': 'packets begin with a signed byte from 1 to 8',
  'chatos.txt STRING': 'a string is UTF-8 behind its length as a signed short',
  'chatos.txt Figure 3': 'the bytes of SPM',
  'chatos.txt Figure 4': 'the bytes of SMA',
  'X-10': 'The line protocols take `\\n`, `\\r\\n` and a lone `\\r` as the end of a line and send `\\n`.',
  'I-4':
    'Everything behind the second blank of a private message, and behind the first blank of a `BCST`, as it is: blanks inside it, doubled ones too, are kept.',
  'H-6':
    'With the listener option `group-prefix=on` it has the form of the field, `GROUP_MESSAGE group: [sender] message`; our client reads both.',
  'H-7':
    'When the admin was a guest and leaves, whoever has been a member longest becomes the admin and is told `+SUCCESS you are now the admin of group "<g>"`.',
  'H-8': 'A plain private message reaches a `helo` user as `BCST [<sender>] (private) <text>`.',
  'J-6':
    '`PRIVATE_MESSAGE {"code": 0, "status": "OK", "message": "…"}`, where the message is in turn the JSON text of `{"sender": …, "message": …}`.',
  'P-8':
    'Broadcasts of the community are kept for as long as the session is signed in, the last 200 of them, and RMSG gives them behind the private messages as `RMSG<sender>:[all] <text>`.',
  'parley.md Frames': 'A frame is one JSON object in UTF-8.',
  'parley.md Frames (TCP)': 'It ends in `\\n`; `\\r\\n` and `\\r` are taken too.',
  'parley.md Frames (seq)':
    "`seq` is a place in the server's log. It grows, is never used twice, and outlives a restart of the server.",
  'parley.md Frames (at)': '`at` is the time of that place, in milliseconds since 1970, and never goes back.',
  'parley.md Users':
    'A user with several connections is here once: `joined` comes with its first, `left` with its last.',
  'parley.md Talk': 'The others hear `message`. Of a private one `to` is the receiver.',
  'parley.md Talk (kept)': '`kept` says whether the message is in the history.',
  'parley.md Talk (nonce)':
    "`nonce` is the client's own word for the message, at most 64 printable characters of ASCII: it comes back with the message to the devices of whoever said it",
  'parley.md Talk (sealed)': 'Messages of sealed text have `sealed` instead of `text`, deleted ones have `deleted`.',
  'parley.md Groups': 'Members hear of all that; a `group-kicked` without `user` is for the one who was kicked.',
  'parley.md History':
    "The others who may read it, and one's other devices, hear `message-deleted`, with a place of its own",
  'parley.md Read marks':
    'A mark says how far the user has read in a conversation. All devices share it, and it only grows.',
  'parley.md The game': 'One for the community: 10 s to join, 2 minutes to guess a number from `lowest` to `highest`.',
  'parley.md The game (ms)': '`ms` `null`: did not finish.',
}
