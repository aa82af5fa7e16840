import type { ConversationModel } from '@parley/client/conversations'
import { useEffect, useState } from 'preact/hooks'

/** Renders anew when the model has changed, at most once a frame. */
export function useModel(model: ConversationModel): void {
  const [, setVersion] = useState(model.version)
  useEffect(() => {
    let frame = 0
    const stop = model.subscribe(() => {
      frame ||= requestAnimationFrame(() => {
        frame = 0
        setVersion(model.version)
      })
    })
    return () => {
      stop()
      cancelAnimationFrame(frame)
    }
  }, [model])
}
