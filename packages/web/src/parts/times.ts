const clockForm = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const dayForm = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
const shortForm = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
/** To make a day's name costs more than to draw the line. */
const days = new Map<number, string>()

/** `14:05` */
export function clock(at: number): string {
  return clockForm.format(at)
}

/** `Saturday, 21 November 2026` */
export function day(at: number): string {
  // Whole hours: there are zones that are half an hour off, where the rest is the same day all the same.
  const hour = Math.floor(at / 1_800_000)
  const known = days.get(hour)
  if (known !== undefined) return known
  if (days.size > 5_000) days.clear()
  const named = dayForm.format(at)
  days.set(hour, named)
  return named
}

/** `14:05` of today, and `21 Nov` of any other day. */
export function brief(at: number, now: number = Date.now()): string {
  return day(at) === day(now) ? clock(at) : shortForm.format(at)
}
