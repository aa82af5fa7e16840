import type { CheckResult, CheckRun } from '../results.ts'

/** Writes down what a check finds. Both return text that ends with a line feed, or nothing. */
export interface Reporter {
  heard(result: CheckResult): string
  end(run: CheckRun): string
}

export interface Look {
  /** The text goes to a terminal that shows colours. */
  readonly colour: boolean
  /** Every failure with all that is known of it. Reports for programs always have that. */
  readonly full: boolean
}
