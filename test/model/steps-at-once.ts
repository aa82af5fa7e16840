import fc from 'fast-check'
import type { Connection } from './state.ts'
import { Step } from './step.ts'
import { isCp, isIn, name, sayable, texts, who } from './steps.ts'
import { broadcast, tell } from './talk.ts'

/** What is refused over parley is told at once, and what went well once it is on disk. */
const speaksAtOnce = (each: Connection) => !isCp(each) && each.speech !== 'parley'

/** Many speak before anybody is heard, some of them more than once. In cp what is sent may be looked at a moment later. */
export const speakingAtOnce = fc
  .array(fc.tuple(who, fc.constantFrom(...texts)), { minLength: 2, maxLength: 6 })
  .map((voices) => {
    return new Step(
      `many say at once: ${JSON.stringify(voices)}`,
      0,
      () => true,
      ({ state }, real) => {
        const senders = state.openConnections.filter((each) => isIn(each) && speaksAtOnce(each))
        for (const [number, each] of senders.entries()) {
          const mine = voices.filter(([at]) => at % senders.length === number).map(([, what]) => sayable(each, what))
          for (const said of mine) broadcast(state, each, said)
          if (mine.length > 0) real.say(each.id, ...mine.map((said) => each.words.sayAll(each.person!.name, said)))
        }
      },
    )
  })

/** Many write to one user before anything is delivered, each once. */
const messagesToOne = fc.tuple(name, fc.array(fc.constantFrom(...texts), { minLength: 2, maxLength: 5 }))
export const writingAtOnce = messagesToOne.map(([to, messages]) => {
  return new Step(
    `many write to ${to}: ${JSON.stringify(messages)}`,
    0,
    () => true,
    ({ state }, real) => {
      const mayWrite = (each: Connection) => isIn(each) && speaksAtOnce(each) && each.person !== state.find(to)
      state.openConnections.filter(mayWrite).forEach((each, at) => {
        const what = messages[at]
        if (what === undefined) return
        const said = sayable(each, what)
        tell(state, each, to, said)
        real.say(each.id, each.words.sayTo(each.person!.name, to, said))
      })
    },
  )
})
