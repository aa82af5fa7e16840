import { useEffect, useState } from 'preact/hooks'

/** What stands behind the `#` of the address: the view, and what it is about. */
export interface Route {
  /** Empty: the list of conversations. */
  readonly view: string
  readonly path: readonly string[]
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash)
  useEffect(() => {
    const hear = () => setHash(location.hash)
    addEventListener('hashchange', hear)
    return () => removeEventListener('hashchange', hear)
  }, [])
  return routeOf(hash)
}

function routeOf(hash: string): Route {
  const [view = '', ...path] = hash.replace(/^#\/?/, '').split('/').map(decoded)
  return { view, path: path.filter((each) => each !== '') }
}

/** The address of a view in this page. */
export function linkTo(view: string, ...path: readonly string[]): string {
  return `#/${[view, ...path].map(encodeURIComponent).join('/')}`
}

export function go(view: string, ...path: readonly string[]): void {
  location.hash = linkTo(view, ...path)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
