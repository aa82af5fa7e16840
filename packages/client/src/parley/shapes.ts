/** What came is not what the protocol says: which member, and what it should be. */
export class Wrong {
  readonly member: string
  readonly should: string

  constructor(member: string, should: string) {
    this.member = member
    this.should = should
  }

  toString(): string {
    return this.member === '' ? `it is no ${this.should}` : `"${this.member}" is no ${this.should}`
  }
}

/** Reads a JSON value as a T, or says what is wrong with it. */
export type Shape<T> = (value: unknown) => T | Wrong
export type Shaped<S> = S extends Shape<infer T> ? T : never

const userName = /^\w{1,32}$/
const groupName = /^\w{1,64}$/
/** Characters of a text that a server may send: more than it takes itself. */
const longestText = 1_048_576

export const flag: Shape<boolean> = (value) => (typeof value === 'boolean' ? value : new Wrong('', 'true or false'))

/** A whole number that is not negative. */
export const natural: Shape<number> = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : new Wrong('', 'whole number')

export const text: Shape<string> = (value) =>
  typeof value === 'string' && value.length <= longestText ? value : new Wrong('', 'text')

export const user = matching(userName, 'name of a user')
export const group = matching(groupName, 'name of a group')
export const conversation = matching(/^(?:\*|#\w{1,64}|@\w{1,32})$/, 'conversation') as Shape<
  '*' | `#${string}` | `@${string}`
>

export function oneOf<const T extends string>(...words: readonly T[]): Shape<T> {
  return (value) => words.find((word) => word === value) ?? new Wrong('', words.join(' or '))
}

export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value) => (value === undefined ? undefined : shape(value))
}

export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return (value) => (value === null ? null : shape(value))
}

export function list<T>(shape: Shape<T>): Shape<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) return new Wrong('', 'list')
    const all: T[] = []
    for (const [at, each] of value.entries()) {
      const read = shape(each)
      if (read instanceof Wrong) return inside(String(at), read)
      all.push(read)
    }
    return all
  }
}

/** An object with these members; it may have others, which are passed over. */
export function members<const S extends { readonly [member: string]: Shape<unknown> }>(
  shapes: S,
): Shape<{ readonly [K in keyof S]: Shaped<S[K]> }> {
  const entries = Object.entries(shapes)
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Wrong('', 'object')
    const given = value as { readonly [member: string]: unknown }
    const all: { [member: string]: unknown } = {}
    for (const [member, shape] of entries) {
      const read = shape(Object.hasOwn(given, member) ? given[member] : undefined)
      if (read instanceof Wrong) return inside(member, read)
      all[member] = read
    }
    return all as { readonly [K in keyof S]: Shaped<S[K]> }
  }
}

function matching(pattern: RegExp, should: string): Shape<string> {
  return (value) => (typeof value === 'string' && pattern.test(value) ? value : new Wrong('', should))
}

function inside(member: string, wrong: Wrong): Wrong {
  return new Wrong(wrong.member === '' ? member : `${member}.${wrong.member}`, wrong.should)
}
