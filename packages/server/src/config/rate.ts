import type { Rate } from '@parley/protocols'

export const rateForm = '"off", or BURST/PER-SECOND such as "20/5"'

/**
 * `off` is null; `20/5` is 20 at once and then 5 a second. undefined: the text is neither.
 */
export function parseRate(text: string): Rate | null | undefined {
  if (text === 'off') return null
  const [, burst, perSecond] = /^(\d{1,9})\/(\d{1,9}(?:\.\d{1,3})?)$/.exec(text) ?? []
  const rate = { burst: Number(burst), perSecond: Number(perSecond) }
  return rate.burst >= 1 && rate.perSecond > 0 ? rate : undefined
}
