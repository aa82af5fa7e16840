import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

interface Guest {
  readonly socket: Socket
  name: string
}

/** What the author of this server got wrong, or did not do. */
export interface Habits {
  readonly lowerCase?: true
  readonly echoes?: true
}

const name = /^\w{3,14}$/
/** So that nobody sends terminal escapes to a reader. */
const cleaned = (text: string) => text.replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/g, '')

/**
 * A small server for `ident`, as somebody writes it who has read the document and knows nothing of
 * this project. It has no accounts, no encryption and no other protocol.
 */
export async function foreignIdentServer(habits: Habits = {}) {
  const guests = new Set<Guest>()
  const server = createServer((socket) => {
    const guest: Guest = { socket, name: '' }
    guests.add(guest)
    let pending = ''
    const say = (line: string) => {
      const text = habits.lowerCase && line.startsWith('FAIL') ? line.slice(0, 7) + line.slice(7).toLowerCase() : line
      socket.write(`${text}\n`)
    }
    const others = () => [...guests].filter((other) => other !== guest && other.name !== '')
    const find = (wanted: string) => {
      return [...guests].find((each) => each.name !== '' && each.name.toLowerCase() === wanted.toLowerCase())
    }
    const leave = () => {
      if (!guests.delete(guest) || guest.name === '') return
      for (const other of guests) if (other.name !== '') other.socket.write(`LEFT ${guest.name}\n`)
    }
    const ident = (wanted: string) => {
      if (guest.name !== '') return say('FAIL04 USER CANNOT LOGIN TWICE')
      const reserved = ['unknown', 'server', 'all', 'everyone'].includes(wanted.toLowerCase())
      if (!name.test(wanted) || reserved) return say('FAIL02 USERNAME HAS AN INVALID FORMAT OR LENGTH')
      if (find(wanted)) return say('FAIL01 USER ALREADY LOGGED IN')
      guest.name = wanted
      // Users are listed in the order in which they signed in.
      guests.delete(guest)
      guests.add(guest)
      say(`OK IDENT ${wanted}`)
      for (const { socket: other } of others()) other.write(`JOINED ${wanted}\n`)
    }
    const bcst = (text: string) => {
      if (cleaned(text) === '') return say('FAIL09 MESSAGE IS EMPTY')
      say(`OK BCST ${text}`)
      for (const { socket: other } of others()) other.write(`BCST ${guest.name} ${cleaned(text)}\n`)
      if (habits.echoes) say(`BCST ${guest.name} ${text}`)
    }
    const pm = (word: string, rest: string) => {
      const [, to = '', text = ''] = /^(\S*) ?(.*)$/s.exec(rest) ?? []
      const target = find(to)
      if (target === guest) return say('FAIL08 CANNOT SEND PRIVATE MESSAGE TO YOURSELF')
      if (!target) return say('FAIL07 USER DOES NOT EXIST')
      if (cleaned(text) === '') return say('FAIL09 MESSAGE IS EMPTY')
      say(`OK ${word} ${rest}`)
      target.socket.write(`PRIVATE_MESSAGE ${guest.name} ${cleaned(text)}\n`)
    }
    const obey = (line: string) => {
      const [, word = '', rest = ''] = /^(\S*) ?(.*)$/s.exec(line) ?? []
      if (line === '' || word === 'OK') return
      if (word === 'IDENT') return ident(rest.split(' ')[0] ?? '')
      if (word === 'PONG') return say('FAIL05 PONG WITHOUT PING')
      if (word === 'QUIT') {
        socket.end('OK Goodbye\n')
        return leave()
      }
      const known = ['BCST', 'USERS', 'PM', 'PRIVATE_MESSAGE', 'PM_PUBKEY', 'PM_SESSIONKEY'].includes(word)
      if (!known) return say('FAIL00 UNKNOWN COMMAND')
      if (guest.name === '') return say('FAIL03 USER MUST LOGIN FIRST')
      if (word === 'BCST') return bcst(rest)
      if (word === 'PM' || word === 'PRIVATE_MESSAGE') return pm(word, rest)
      if (word !== 'USERS') return
      if (others().length === 0) return say('FAIL06 YOU ARE THE ONLY CONNECTED USER')
      say(`OK USERS ${[...guests].flatMap((each) => each.name || []).join(':')}`)
    }
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      const lines = (pending + chunk).split(/\r\n|\n|\r/)
      pending = lines.pop() ?? ''
      for (const line of lines) if (socket.writable) obey(line)
    })
    socket.on('error', leave)
    socket.on('close', leave)
    say('INIT Hi there')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `ident://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => guests.size,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const { socket } of guests) socket.destroy()
      await closed
    },
  }
}
