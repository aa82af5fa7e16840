import { Button } from '../../parts/button.tsx'
import { Field } from '../../parts/field.tsx'
import { useTask } from '../../parts/use-task.ts'
import type { ViewProps } from '../../parts/view.ts'
import { ViewFrame } from '../../parts/view-frame.tsx'

const verdicts = { low: 'is too low', high: 'is too high', right: 'is right!' } as const

/** A game of guessing for everybody who is here. */
export function Game({ session: { game } }: ViewProps) {
  const task = useTask()
  const { state, isIn, players, guesses, results } = game.now
  const isDone = guesses[0]?.verdict === 'right'
  const guess = (event: SubmitEvent) => {
    event.preventDefault()
    const input = (event.currentTarget as HTMLFormElement).querySelector('input')!
    const number = input.valueAsNumber
    input.value = ''
    task.run(() => game.guess(number))
  }
  return (
    <ViewFrame title="Guess the number">
      {state === 'none' && (
        <>
          <p>Everybody who joins has two minutes to guess a number. The fastest wins.</p>
          <Button kind="main" disabled={task.isBusy} onClick={() => task.run(() => game.start())}>
            Start a game
          </Button>
        </>
      )}
      {state === 'announced' && (
        <>
          <p>A game begins in a few seconds. {isIn && 'You are in it.'}</p>
          {!isIn && (
            <Button kind="main" disabled={task.isBusy} onClick={() => task.run(() => game.join())}>
              Join
            </Button>
          )}
        </>
      )}
      {state === 'running' && <p>Playing: {players.join(', ')}</p>}
      {state === 'running' && isIn && !isDone && (
        <form class="row" onSubmit={guess}>
          <Field label="Your guess">{(id) => <input id={id} type="number" required min={0} autofocus />}</Field>
          <Button kind="main" type="submit" disabled={task.isBusy}>
            Guess
          </Button>
        </form>
      )}
      <p class="error" role="alert">
        {task.error}
      </p>
      <ol class="guesses" aria-label="Guesses">
        {guesses.map(({ number, verdict }, at) => (
          <li key={guesses.length - at}>
            <strong>{number}</strong> {verdicts[verdict]}
          </li>
        ))}
      </ol>
      {results.length > 0 && (
        <>
          <h2>The last game</h2>
          <ol>
            {results.map(({ user, ms }) => (
              <li key={user}>
                {user}: {ms === null ? 'did not finish' : `${(ms / 1_000).toFixed(1)} s`}
              </li>
            ))}
          </ol>
        </>
      )}
    </ViewFrame>
  )
}
