import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { LoadView, ViewProps } from '../parts/view.ts'

/** A view that is loaded when it is needed. */
export function Lazy({ load, ...props }: ViewProps & { readonly load: LoadView }) {
  const [View, setView] = useState<ComponentType<ViewProps> | null>(null)
  const [hasFailed, setFailed] = useState(false)
  useEffect(() => {
    load().then(
      (loaded) => setView(() => loaded.default),
      () => setFailed(true),
    )
  }, [load])
  if (hasFailed) return <p class="empty">This could not be loaded. Try again when you are connected.</p>
  return View ? <View {...props} /> : null
}
