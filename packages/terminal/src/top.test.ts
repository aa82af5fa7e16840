import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseSamples } from './top-samples.ts'
import { topRows } from './top-rows.ts'

function page(messages: number, cpu: number): string {
  return `# HELP parley_users Users who are here.
parley_users{kind="guest"} 2
parley_users{kind="registered"} 3
parley_connections{protocol="ident"} 5
parley_messages_total{protocol="ident"} ${messages}
parley_refusals_total{limit="mailbox-full"} 4
parley_flush_duration_seconds_sum 0.5
parley_flush_duration_seconds_count 100
parley_store_writable 1
process_cpu_seconds_total ${cpu}
`
}

describe('what parley top shows', () => {
  it('has users, protocols with their rates, and refusals', () => {
    const rows = topRows(parseSamples(page(120, 3), 12_000), parseSamples(page(100, 2), 2_000), {
      columns: 80,
      rows: 24,
    })
    const all = rows.join('\n')
    assert.match(all, /^users +5 +guests 2, registered 3$/m)
    assert.match(all, /^processor +10 %/m)
    assert.match(all, /^ident +5 +0 +120 +2\.0$/m)
    assert.match(all, /^refused +mailbox-full 4$/m)
  })

  it('takes lengths from the start where there was no look before', () => {
    const rows = topRows(parseSamples(page(1, 1), 0), null, { columns: 80, rows: 24 })
    assert.ok(rows.some((row) => /^flush +5\.0 ms/.test(row)))
  })

  it('stays within the terminal, and shows nothing that moves its cursor', () => {
    const hostile = `${page(1, 1)}parley_connections{protocol="\u001b[2J"} 1\n${Array.from(
      { length: 60 },
      (_, at) => `parley_connections{protocol="p${at}"} 1\nparley_refusals_total{limit="l${at}"} 1\n`,
    ).join('')}`
    const rows = topRows(parseSamples(hostile, 0), null, { columns: 80, rows: 24 })
    assert.equal(rows.length, 24)
    for (const row of rows) {
      assert.ok(row.length <= 80)
      assert.doesNotMatch(row, /[\u0000-\u001f]/)
    }
  })
})
