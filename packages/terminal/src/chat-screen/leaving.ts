/** How somebody leaves by ^C: once clears the line, twice leaves, and what would be given up by that is asked about. */
export class Leaving {
  #step: 'none' | 'once' | 'cleared' | 'asked' = 'none'

  /** A question that `y` answers. */
  get isAsked(): boolean {
    return this.#step === 'asked'
  }

  /** What stands on the screen about it, given what would be given up now; null: nothing. */
  notice(atStake: string): string | null {
    switch (this.#step) {
      case 'none':
        return null
      case 'once':
        return '^C once more leaves'
      case 'cleared':
        return '^C once more leaves · ^Y brings the line back'
      case 'asked':
        return atStake === '' ? 'Leave? y leaves' : `Leave? y leaves. Given up: ${atStake}`
    }
  }

  /** ^C. `atStake`: what would be given up, for people; empty: nothing. `cleared`: it cleared a line. true: leave. */
  interrupt(atStake: string, cleared: boolean): boolean {
    if (this.#step !== 'none' && !cleared) return this.request(atStake)
    this.#step = cleared ? 'cleared' : 'once'
    return false
  }

  /** ^D, or the second ^C. true: leave. */
  request(atStake: string): boolean {
    if (this.#step === 'asked' || atStake === '') return true
    this.#step = 'asked'
    return false
  }

  /** Something else was pressed. */
  stay(): void {
    this.#step = 'none'
  }
}
