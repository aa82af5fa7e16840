import { Community } from '@parley/core'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it, type TestContext } from 'node:test'
import { openAdminListener } from './admin-listener.ts'
import { Counters } from './counters.ts'
import { Metrics } from './metrics.ts'

function made(t: TestContext, isWritable = () => true): { counters: Counters; metrics: Metrics } {
  const counters = new Counters()
  const sources = {
    counters,
    community: new Community(),
    unsentBytes: () => 7,
    pendingWrites: () => 0,
    isWritable,
    cluster: null,
  }
  const metrics = new Metrics(sources)
  t.after(() => metrics.close())
  return { counters, metrics }
}

describe('the page of metrics', () => {
  it('has a help and a type for each family, and well-formed samples of it behind them', (t) => {
    const { counters, metrics } = made(t)
    counters.of('ident').opened = 3
    counters.flushes.add(2)
    const lines = metrics.text().trimEnd().split('\n')
    let family = ''
    for (const line of lines) {
      const [, help] = /^# HELP (\S+) \S/.exec(line) ?? []
      if (help !== undefined) family = help
      else if (line.startsWith('# TYPE'))
        assert.match(line, new RegExp(`^# TYPE ${family} (counter|gauge|histogram|summary)$`))
      else assert.match(line, new RegExp(`^${family}(_bucket|_sum|_count)?(\\{\\w+="[^"]*"\\})? [0-9.e+-]+$`))
      if (line === `# TYPE ${family} counter`) assert.match(family, /_total$/)
    }
    assert.ok(lines.includes('parley_connections{protocol="ident"} 3'))
    assert.ok(lines.includes('parley_unsent_bytes 7'))
  })

  it('counts lengths up to each end, and all of them', (t) => {
    const { counters, metrics } = made(t)
    for (const ms of [0.1, 2, 2, 60_000]) counters.commits.add(ms)
    const text = metrics.text()
    const count = (le: string) => {
      return /\} (\d+)$/m.exec(text.slice(text.indexOf(`parley_store_commit_duration_seconds_bucket{le="${le}"`)))?.[1]
    }
    assert.deepEqual(
      [count('0.0005'), count('0.001'), count('0.0025'), count('2.5'), count('+Inf')],
      ['1', '1', '3', '3', '4'],
    )
    assert.match(text, /^parley_store_commit_duration_seconds_count 4$/m)
  })

  it('counts messages that were taken, and refusals by their limit', (t) => {
    const { counters, metrics } = made(t)
    const ident = counters.of('ident')
    counters.submitted('broadcast', { ok: true, value: { kept: true } }, ident)
    counters.submitted('group.join', { ok: true, value: 'cats' }, ident)
    counters.submitted('tell', { ok: false, fail: 'mailbox-full' }, ident)
    counters.submitted('tell', { ok: false, fail: 'no-such-user' }, ident)
    assert.deepEqual([ident.messages, counters.kept, [...counters.refusals]], [1, 1, [['mailbox-full', 1]]])
    assert.match(metrics.text(), /^parley_refusals_total\{limit="mailbox-full"\} 1$/m)
  })
})

describe('the dashboard', () => {
  it('asks for what there is, and for all of it', (t) => {
    const text = readFileSync(new URL('../../../../packaging/grafana-dashboard.json', import.meta.url), 'utf8')
    const dashboard = JSON.parse(text) as { panels: { targets: { expr: string }[] }[] }
    const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
    const asked = new Set(queries.flatMap((query) => query.match(/\b(?:parley|process)_\w+/g) ?? []))
    const { metrics } = made(t)
    const types = [...metrics.text().matchAll(/^# TYPE (\S+) (\S+)$/gm)]
    const there = types.map(([, name = '', type]) => (type === 'histogram' ? `${name}_bucket` : name))
    assert.deepEqual([...asked].sort(), there.sort())
  })
})

describe('the admin listener', () => {
  it('serves metrics and health, tells when the store takes nothing, and nothing else', async (t) => {
    let isWritable = true
    const { metrics } = made(t, () => isWritable)
    const opened = await openAdminListener({ host: '127.0.0.1', port: 0 }, metrics)
    assert.ok(opened.ok)
    t.after(() => opened.value.close())
    const get = async (path: string, method = 'GET') => {
      const response = await fetch(`http://127.0.0.1:${opened.value.port}${path}`, { method })
      return [response.status, await response.text()] as const
    }
    const [status, text] = await get('/metrics')
    assert.deepEqual([status, text.startsWith('# HELP parley_connections')], [200, true])
    assert.deepEqual(await get('/healthz'), [200, 'ok\n'])
    assert.deepEqual(await get('/readyz'), [200, 'ready\n'])
    isWritable = false
    assert.deepEqual((await get('/readyz'))[0], 503)
    assert.deepEqual((await get('/constructor'))[0], 404)
    assert.deepEqual((await get('/metrics', 'POST'))[0], 405)
  })

  it('says why it cannot listen', async (t) => {
    const { metrics } = made(t)
    const first = await openAdminListener({ host: '127.0.0.1', port: 0 }, metrics)
    assert.ok(first.ok)
    t.after(() => first.value.close())
    const second = await openAdminListener(first.value, metrics)
    assert.ok(!second.ok)
    assert.match(second.message, /cannot listen for admin requests on 127\.0\.0\.1:/)
  })
})
