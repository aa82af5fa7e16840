import { addressesOf, check, parseCheckUrl, plan, type CheckOptions, type CheckRun } from '@parley/conformance'
import assert from 'node:assert/strict'

export interface RunOptions extends Partial<CheckOptions> {
  readonly only?: readonly string[]
  readonly levels?: readonly string[]
}

/** Checks the servers at these URLs as `parley check` does. */
export async function checkRun(urls: readonly string[], options: RunOptions = {}): Promise<CheckRun> {
  const { only = [], levels = [], ...others } = options
  const parsed = urls.map((url) => {
    const read = parseCheckUrl(url)
    assert.ok(read.ok, url)
    return read.value
  })
  const addresses = addressesOf(parsed)
  return await check(plan(new Set(addresses.keys()), { only, levels }), {
    urls: parsed,
    addresses,
    accounts: [],
    timeoutMs: 4_000,
    quietMs: 80,
    jobs: 12,
    strict: false,
    realTime: false,
    ...others,
  })
}

/** The names of what failed, with what was wrong. */
export function failuresOf({ results }: CheckRun): readonly string[] {
  return results.flatMap(({ name, outcome, failure }) => {
    if (outcome !== 'failed') return []
    return [`${name}: ${failure?.problem}: ${failure?.expected.join()} / ${failure?.heard.join()}`]
  })
}
