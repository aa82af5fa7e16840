import type { Body } from './codec.ts'
import type { Exchange } from './exchange.ts'
import { member } from './members.ts'
import { gameJoinErrors, gameStartErrors, guessErrors } from './replies.ts'

export function startGame(exchange: Exchange): void | Promise<void> {
  return exchange.connection.context.submit({ do: 'game.start' }, (started) => {
    if (started.ok) exchange.accept()
    else exchange.refuse(gameStartErrors[started.fail])
  })
}

export function joinGame(exchange: Exchange): void | Promise<void> {
  return exchange.connection.context.submit({ do: 'game.join' }, (joined) => {
    if (joined.ok) exchange.accept()
    else exchange.refuse(gameJoinErrors[joined.fail])
  })
}

/** Also below zero: a guess is refused for what it is, and not for its form. */
export function readGuess(body: Body): number | null {
  const number = member(body, 'number')
  return Number.isSafeInteger(number) ? (number as number) : null
}

export function guess(exchange: Exchange, number: number): void | Promise<void> {
  return exchange.connection.context.submit({ do: 'game.guess', number }, (verdict) => {
    if (verdict.ok) exchange.accept({ verdict: verdict.value })
    else exchange.refuse(guessErrors[verdict.fail])
  })
}
