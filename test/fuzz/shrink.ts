/**
 * The same list without what it does not need in order to fail: pieces are left out, from halves down to single items, as
 * long as `fails` still says so. Gives up after `tries`.
 */
export async function shrink<T>(
  items: readonly T[],
  fails: (items: readonly T[]) => Promise<boolean>,
  tries = 400,
): Promise<readonly T[]> {
  let least = items
  let left = tries
  for (let size = Math.ceil(items.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < least.length && left > 0; left--) {
      const without = [...least.slice(0, at), ...least.slice(at + size)]
      if (await fails(without)) least = without
      else at += size
    }
  }
  return least
}
