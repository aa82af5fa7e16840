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
}

function withPassword(name: string, password: string | undefined): string {
  return password === undefined ? name : `${name} ${password}`
}
