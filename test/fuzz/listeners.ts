import { protocols, type Options, type Protocol } from '@parley/protocols'
import type { MemoryListener } from '@parley/server/testing'

export interface Variant extends MemoryListener {
  readonly protocol: Protocol<unknown, unknown>
  /** As behind the `?` of a listener's URL. */
  readonly options: string
}

/** Every protocol with its default options, and once more for every other value of one of them. */
export function variants(): readonly Variant[] {
  return protocols.flatMap((protocol) => optionSets(protocol).map((options) => variant(protocol, options)))
}

/** Listeners that come with others, such as a file port. */
export function companions(of: readonly Variant[]): readonly MemoryListener[] {
  return of.flatMap(({ dialect }) => dialect.companions ?? [])
}

function variant(protocol: Protocol<unknown, unknown>, options: Options): Variant {
  const changed = Object.entries(options).filter(([name, value]) => value !== protocol.options[name]!.default)
  return {
    protocol,
    name: protocol.name,
    dialect: protocol.dialect(options),
    options: changed.map(([name, value]) => `${name}=${value}`).join('&'),
  }
}

function optionSets({ options }: Protocol<unknown, unknown>): readonly Options[] {
  const defaults = Object.fromEntries(Object.entries(options).map(([name, spec]) => [name, spec.default]))
  const others = Object.entries(options).flatMap(([name, spec]) =>
    (spec.values ?? []).filter((value) => value !== spec.default).map((value) => ({ ...defaults, [name]: value })),
  )
  return [defaults, ...others]
}
