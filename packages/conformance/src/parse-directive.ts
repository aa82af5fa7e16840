import { readJson } from './json-text.ts'
import type { Listener, RequiredAccount, Setting } from './transcript.ts'

/** What the operator of the server under test must provide. */
export type Directive =
  | { readonly kind: 'protocol'; readonly listener: Listener }
  | { readonly kind: 'setting'; readonly setting: Setting }
  | { readonly kind: 'account'; readonly account: RequiredAccount }
  | { readonly kind: 'alone' }
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }

/**
 * `source` begins with one of the four words. Option values that hold blanks are written as JSON
 * strings.
 */
export function parseDirective(source: string): Read<Directive> {
  const [, word = '', rest = ''] = /^(\S+)\s*(.*?)\s*$/.exec(source) ?? []
  if (word === 'setting') return parseSetting(rest)
  if (word === 'account') return parseAccount(rest)
  if (word === 'alone')
    return rest === '' ? { ok: true, value: { kind: 'alone' } } : { ok: false, problem: 'expected "alone"' }
  return parseListener(rest)
}

function parseListener(text: string): Read<Directive> {
  const [, protocol, list] =
    /^([a-z][a-z0-9-]*)((?:\s+[a-z][a-zA-Z0-9-]*=(?:"(?:[^"\\]|\\.)*"|[^\s"]*))*)$/.exec(text) ?? []
  if (protocol === undefined || list === undefined) {
    return { ok: false, problem: 'expected "protocol <name> [<option>=<value>…]"' }
  }
  const options: { [option: string]: string } = {}
  for (const [, option, value] of list.matchAll(/([a-z][a-zA-Z0-9-]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)/g)) {
    const quoted = value!.startsWith('"') ? readJson(value!) : undefined
    if (quoted && !quoted.ok) return { ok: false, problem: `the value of ${option} is not a JSON string` }
    options[option!] = quoted ? String(quoted.value) : value!
  }
  return { ok: true, value: { kind: 'protocol', listener: { protocol, options } } }
}

function parseSetting(text: string): Read<Directive> {
  const [, path, json] = /^([A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*)\s+(.+)$/.exec(text) ?? []
  const value = json === undefined ? undefined : readJson(json)
  if (path === undefined || !value?.ok) return { ok: false, problem: 'expected "setting <dotted.path> <JSON value>"' }
  return { ok: true, value: { kind: 'setting', setting: { path, value: value.value } } }
}

function parseAccount(text: string): Read<Directive> {
  const [, name, json] = /^(\S+)\s+(".*")$/.exec(text) ?? []
  const password = json === undefined ? undefined : readJson(json)
  if (name === undefined || !password?.ok || typeof password.value !== 'string') {
    return { ok: false, problem: 'expected "account <name> <password as a JSON string>"' }
  }
  return { ok: true, value: { kind: 'account', account: { name, password: password.value } } }
}
