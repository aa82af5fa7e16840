import type { ComponentChildren } from 'preact'

interface TableProps {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly ComponentChildren[])[]
  readonly children?: ComponentChildren
}

/** A part of the page: a title, what can be done, and a table. */
export function Table({ title, head, rows, children }: TableProps) {
  return (
    <section class="operator-part" aria-label={title}>
      <h2>
        {title} <small class="dim">{rows.length}</small>
      </h2>
      {children}
      {rows.length > 0 && (
        <div class="operator-scroll" tabIndex={0} role="region" aria-label={`${title}, table`}>
          <table>
            <thead>
              <tr>
                {head.map((each) => (
                  <th key={each} scope="col">
                    {each}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((cells, at) => (
                <tr key={at}>
                  {cells.map((cell, place) => (
                    <td key={place}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}
