import { dissectLines, type LineForm } from '../kit/fields.ts'

const blank = ['blank', 'I-4'] as const
const lineEnd = ['line end', 'X-10'] as const

/** A word, a blank, a name and the end. */
function aboutUser(word: string): LineForm {
  const clause = `ident.txt ${word}`
  return {
    shape: new RegExp(`^(${word})( )(\\w+)(\\n)$`),
    fields: [[word, clause], blank, ['username', clause], lineEnd],
  }
}

function message(word: string, clause: string): LineForm {
  return {
    shape: new RegExp(`^(${word})( )(\\w+)( )(.*)(\\n)$`, 's'),
    fields: [[word, clause], blank, ['sender', clause], blank, ['message', clause], lineEnd],
  }
}

/** By the document's table of words. */
export const dissectIdent = dissectLines([
  aboutUser('JOINED'),
  aboutUser('LEFT'),
  message('BCST', 'ident.txt BCST (2)'),
  message('PRIVATE_MESSAGE', 'ident.txt 2 (2)'),
])
