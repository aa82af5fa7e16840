import { defaultColours } from '../../src/chat-screen/palette.ts'
import { frameOfScene, scenes } from './scenes.ts'
import { grounds, svgOf, type Ground } from './svg.ts'

/** The pictures of the documentation, by the names of their files in `docs/pictures`. */
export function pictures(): ReadonlyMap<string, string> {
  return new Map(
    scenes.flatMap((scene) => {
      const frame = frameOfScene(scene)
      const { columns, rows } = scene.size
      return (Object.keys(grounds) as Ground[]).map((ground) => {
        const name = `${scene.name}-${columns}x${rows}-${ground}.svg`
        return [name, svgOf(frame, columns, defaultColours, ground)] as const
      })
    }),
  )
}
