/** The usual opening of a protocol: `ann signs in by helo` stands for it. */
export interface Opening {
  /**
   * What is said after connecting, in the notation: `-> ` by the client, `<- ` by the server.
   * `password` is that of the account, where the name has one. Undefined: nobody can sign in
   * without an account.
   */
  lines(name: string, password: string | undefined): readonly string[] | undefined
  /**
   * What those who signed in before hear of it, where their opening is this one; absent: nothing.
   */
  arrival?(name: string): string
}

function identArrival(name: string): string {
  return `JOINED ${name}`
}

function jsonArrival(name: string): string {
  return `JOINED {"username": ${JSON.stringify(name)}}`
}

function jsonLines(word: string) {
  return (name: string, password: string | undefined) => {
    const username = `"username": ${JSON.stringify(name)}`
    const body = password === undefined ? username : `${username}, "password": ${JSON.stringify(password)}`
    return ['<- WELCOME {"msg": "<msg>"}', `-> ${word} {${body}}`, '<- LOGIN_RESP {"status": "OK"}']
  }
}

function parleyArrival(name: string): string {
  return `{"event":"joined","seq":<_seq>,"at":<_at>,"user":${JSON.stringify(name)}}`
}

function parleyLines(name: string, password: string | undefined): readonly string[] {
  const shown = JSON.stringify(name)
  const proof = password === undefined ? '' : `,"password":${JSON.stringify(password)}`
  const greeted = '"ok":true,"version":1,"server":"<server>","features":<_features>,"limits":<_limits>,"pingSeconds":20'
  return [
    '-> {"id":"hello","do":"hello","versions":[1]}',
    `<- {"re":"hello",${greeted}}`,
    `-> {"id":"in","do":"sign-in","name":${shown}${proof}}`,
    `<- {"re":"in","ok":true,"name":${shown},"registered":${password !== undefined},"seq":<_seq>}`,
  ]
}

/** By protocol, then by what stands behind `signs in by`. */
export const openings: { readonly [protocol: string]: { readonly [words: string]: Opening } } = {
  ident: {
    ident: {
      lines: (name, password) => [
        '<- INIT <welcome>',
        `-> IDENT ${withPassword(name, password)}`,
        `<- OK IDENT ${name}`,
      ],
      arrival: identArrival,
    },
  },
  helo: {
    helo: {
      lines: (name, password) => [
        '<- HELO Welkom to <server>',
        `-> HELO ${withPassword(name, password)}`,
        `<- +OK HELO ${name}`,
      ],
    },
  },
  json: {
    json: { lines: jsonLines('LOGIN_REQ'), arrival: jsonArrival },
    // J-1: who signs in by LOGIN is spoken to in the field form.
    'json in field form': { lines: jsonLines('LOGIN'), arrival: jsonArrival },
  },
  cp: {
    cp: {
      lines: (name, password) =>
        password === undefined
          ? undefined
          : [
              `-> USER${name}`,
              '<- 220 received username successfully',
              `-> PASS${password}`,
              '<- 230 user authenticated successfully',
            ],
    },
  },
  chatos: {
    chatos: { lines: (name) => [`-> CR pseudo=${JSON.stringify(name)}`, '<- ERROR OK'] },
  },
  parley: {
    parley: { lines: parleyLines, arrival: parleyArrival },
  },
}

function withPassword(name: string, password: string | undefined): string {
  return password === undefined ? name : `${name} ${password}`
}
