import { render } from 'preact'
import { Page } from './shell/page.tsx'

render(<Page />, document.querySelector('#page')!)

if ('serviceWorker' in navigator) {
  const rules = { createScriptURL: (url: string) => url }
  const { trustedTypes } = globalThis as {
    trustedTypes?: { createPolicy(name: string, how: typeof rules): typeof rules }
  }
  const policy = trustedTypes?.createPolicy('parley', rules) ?? rules
  // Without it the page works, but for reading offline.
  navigator.serviceWorker.register(policy.createScriptURL('sw.js')).catch(() => {})
}
