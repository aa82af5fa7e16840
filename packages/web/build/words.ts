import type { Plugin } from 'esbuild'
import { wordlist } from '@scure/bip39/wordlists/english.js'

const list = '@scure/bip39/wordlists/english.js'

/** The word list of recovery phrases is a file of its own, which is fetched when somebody needs it. */
export const wordsAsData: Plugin = {
  name: 'words-as-data',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@scure\/bip39\/wordlists\/english\.js$/ }, () => ({ path: list, namespace: 'words' }))
    onResolve({ filter: /^words\.txt$/ }, () => ({ path: 'words.txt', namespace: 'words' }))
    onLoad({ filter: /english\.js$/, namespace: 'words' }, () => ({
      contents: "import url from 'words.txt'\nexport const wordlist = (await (await fetch(url)).text()).split('\\n')",
    }))
    onLoad({ filter: /\.txt$/, namespace: 'words' }, () => ({ contents: wordlist.join('\n'), loader: 'file' }))
  },
}
