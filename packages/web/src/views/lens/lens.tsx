import type { LensField, Rendition } from '@parley/client'
import { clock } from '../../parts/times.ts'
import { useEffect, useState } from 'preact/hooks'
import { ViewFrame } from '../../parts/view-frame.tsx'
import { useModel } from '../../parts/use-model.ts'
import type { ViewProps } from '../../parts/view.ts'

type Shown = Awaited<ReturnType<ViewProps['session']['chat']['lens']['show']>>

/** A message as every protocol tells it: the newest one as it comes, or the one of a number. */
export default function Lens({ session: { chat, model }, path }: ViewProps) {
  useModel(model)
  const said = model.lines.findLast(({ seq, kind }) => seq !== undefined && kind !== 'event')
  const seq = path[0] === undefined ? said?.seq : Number(path[0])
  const line = model.lines.find((each) => each.seq === seq)
  const [shown, setShown] = useState<Shown | string | null>(null)
  useEffect(() => {
    if (seq === undefined) return undefined
    let isWanted = true
    // What is kept by nobody is still here, as it was heard.
    const heard = line && { seq, at: line.at, from: line.from ?? chat.me, to: addressOf(line), text: line.text }
    chat.lens
      .show(seq)
      .catch((error: Error) => (heard ? chat.lens.show(heard) : Promise.reject(error)))
      .then(
        (value) => isWanted && setShown(value),
        (error: Error) => isWanted && setShown(error.message),
      )
    return () => (isWanted = false)
  }, [seq])
  return (
    <ViewFrame title="What went over the wire">
      <div class="lens">
        {seq === undefined && <p class="empty">Nothing was said yet. What is said next is shown here.</p>}
        {line && (
          <p class="lens-said">
            <b>{line.from ?? chat.me}</b> <time>{clock(line.at)}</time> {line.text}
          </p>
        )}
        {path[0] !== undefined && (
          <p>
            <a href="#/lens">Show each message as it comes</a>
          </p>
        )}
        {typeof shown === 'string' && <p class="error">{shown}</p>}
        {shown !== null && typeof shown === 'object' && (
          <div class="lens-forms">
            {shown.renditions.map((each) => (
              <Form key={each.protocol + (each.form ?? '')} rendition={each} clauses={shown.clauses} />
            ))}
          </div>
        )}
      </div>
    </ViewFrame>
  )
}

function Form({ rendition: { protocol, form, frames }, clauses }: { rendition: Rendition; clauses: Shown['clauses'] }) {
  const bytes = frames.flat().reduce((sum, field) => sum + hexOf(field).length / 2, 0)
  return (
    <article class="lens-form">
      <h2>
        {protocol} {form !== undefined && <small>{form}</small>}
        <small>{frames.length === 0 ? 'no words for this' : `${bytes} bytes`}</small>
      </h2>
      {frames.map((fields, at) => (
        <table key={at}>
          <thead class="unseen">
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Bytes</th>
              <th scope="col">Asked for by</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field, place) => (
              <tr key={place}>
                <th scope="row">{field.name}</th>
                <td>
                  <code>{visible(field.value)}</code>
                  <code class="lens-hex">{hexOf(field).replace(/../g, '$& ')}</code>
                </td>
                <td>
                  <details>
                    <summary>{field.clause}</summary>
                    {clauses[field.clause]}
                  </details>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </article>
  )
}

function hexOf({ value, hex }: LensField): string {
  return hex ?? Array.from(new TextEncoder().encode(value), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** With signs for what has no shape of its own. */
function visible(value: string): string {
  return value.replaceAll('\r', '\\r').replaceAll('\n', '\\n').replaceAll(' ', '·')
}

function addressOf({ kind, to, conversation }: { kind: string; to: string | null; conversation: string }): string {
  if (kind === 'broadcast') return '*'
  return to === null ? conversation : `${kind === 'group' ? '#' : '@'}${to.replace(/^[#@]/, '')}`
}
