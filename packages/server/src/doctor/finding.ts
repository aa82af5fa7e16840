/** What a look at one thing has shown. `todo`: what to do about it, as a sentence; null where it is good. */
export interface Finding {
  readonly about: 'configuration' | 'data' | 'ports' | 'certificates' | 'system'
  readonly level: 'good' | 'warning' | 'problem'
  readonly message: string
  readonly todo: string | null
}

type About = Finding['about']

export function good(about: About, message: string): Finding {
  return { about, level: 'good', message, todo: null }
}

/** It works, and may not go well. */
export function warning(about: About, message: string, todo: string): Finding {
  return { about, level: 'warning', message, todo }
}

/** It does not work. */
export function problem(about: About, message: string, todo: string): Finding {
  return { about, level: 'problem', message, todo }
}
