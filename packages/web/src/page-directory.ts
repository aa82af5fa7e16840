import { fileURLToPath } from 'node:url'

/** Where the built page is: the files of one flat directory, as a server sends them. */
export const pageDirectory: string = fileURLToPath(new URL('../dist', import.meta.url))
