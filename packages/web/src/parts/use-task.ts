import { useState } from 'preact/hooks'
import { inWords } from '../session/errors.ts'

/** Something that takes a while and may be refused: whether it runs, and what went wrong last. */
export interface Task {
  readonly isBusy: boolean
  readonly error: string | null
  run(work: () => Promise<unknown>): void
}

export function useTask(): Task {
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const run = async (work: () => Promise<unknown>) => {
    setBusy(true)
    setError(null)
    try {
      await work()
    } catch (why) {
      setError(inWords(why))
    } finally {
      setBusy(false)
    }
  }
  return { isBusy, error, run: (work) => void run(work) }
}
