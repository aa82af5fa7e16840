/**
 * The page in Chromium, over a server of its own: frame times while somebody scrolls through 10,000
 * messages, how long a key takes to be seen while 100 messages a second come, and the memory of the
 * page over 100,000 messages. `node bench/page.ts [messages]`
 */
import { pageDirectory } from '@parley/web'
import { connect, type Socket } from 'node:net'
import { defaultSettings } from '@parley/server'
import { serverUnderTest } from '../test/server-under-test.ts'
import { BrowserUnderTest, type PageUnderTest } from '../test/web/browser.ts'
import { noBrowser } from '../test/web/chromium.ts'

const many = Number(process.argv[2] ?? 100_000)
const listLength = 10_000
const perSecond = 100

if (noBrowser !== false) throw new Error(noBrowser)
const limits = { ...defaultSettings.limits, messageRate: null }
const listen = ['http://127.0.0.1:0', 'parley://127.0.0.1:0']
const server = await serverUnderTest({ listen, page: pageDirectory, settings: { limits } })
const browser = await BrowserUnderTest.open()
const url = `http://127.0.0.1:${server.port('http')}/`
try {
  const sender = await spoken(server.port('parley'))
  const page = await browser.page(url)
  const started = performance.now()
  await page.signIn('ann')
  print('sign-in, with new keys', `${Math.round(performance.now() - started)} ms`)

  await say(page, sender, 0, listLength)
  await page.page.locator('.scroller').evaluate((list) => list.scrollTo(0, list.scrollHeight))
  const frames = await page.page.evaluate(scrolledFrames)
  print(`frames while ${listLength} messages scroll`, quantiles(frames))

  await page.page.locator('.scroller').evaluate((list) => list.scrollTo(0, list.scrollHeight))
  const keys = await typedMeanwhile(page, sender)
  print(`from a key to the frame behind it, with ${perSecond} messages a second`, quantiles(keys))

  const before = await memoryOf(page)
  for (let at = listLength; at < many; at += 5_000) {
    await say(page, sender, at, Math.min(many, at + 5_000))
    if (at % 20_000 < 5_000) print(`memory after ${at + 5_000} messages`, `${(await memoryOf(page)).toFixed(1)} MB`)
  }
  print(
    `memory after ${many} messages, where it was ${before.toFixed(1)} MB`,
    `${(await memoryOf(page)).toFixed(1)} MB`,
  )
  sender.destroy()
} finally {
  await browser.close()
  await server.stop()
}

function print(what: string, figure: string): void {
  process.stdout.write(`${what}: ${figure}\n`)
}

async function spoken(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => {})
  socket.write('{"id":0,"do":"hello","versions":[1]}\n{"id":1,"do":"sign-in","name":"bob"}\n')
  await new Promise((resolve) => socket.once('data', resolve))
  socket.on('data', (bytes: Buffer) => {
    if (bytes.includes('"ping"')) socket.write('{"do":"pong"}\n')
  })
  return socket
}

/** Of one to five lines, as people write. */
function textOf(at: number): string {
  return `message ${at} ${'and some more words of it '.repeat(at % 5)}${at % 7 === 0 ? '\nsecond line' : ''}`
}

async function say(page: PageUnderTest, sender: Socket, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at++) {
    const line = `${JSON.stringify({ do: 'say', to: '*', text: textOf(at) })}\n`
    if (!sender.write(line)) await new Promise((resolve) => sender.once('drain', resolve))
    // So that nobody is dropped as a slow reader.
    if (at % 500 === 499) await page.page.getByText(`message ${at} `).last().waitFor({ state: 'attached' })
  }
  await page.page
    .getByText(`message ${to - 1} `)
    .last()
    .waitFor({ state: 'attached' })
}

/** Milliseconds between frames while the list is scrolled by a page a frame, up and down. */
async function scrolledFrames(): Promise<readonly number[]> {
  const list = document.querySelector('.scroller')!
  const times: number[] = []
  let last = 0
  await new Promise<void>((resolve) => {
    const frame = (now: number) => {
      if (last > 0) times.push(now - last)
      last = now
      list.scrollBy(0, times.length < 300 ? -400 : 400)
      if (times.length < 600) requestAnimationFrame(frame)
      else resolve()
    }
    requestAnimationFrame(frame)
  })
  return times
}

/** Milliseconds from a key to the frame that shows it, for 100 keys. */
async function typedMeanwhile({ page }: PageUnderTest, sender: Socket): Promise<readonly number[]> {
  let at = 0
  const talking = setInterval(() => {
    for (let each = 0; each < perSecond / 20; each++) {
      sender.write(`${JSON.stringify({ do: 'say', to: '*', text: `meanwhile ${at++}` })}\n`)
    }
  }, 50)
  const box = page.getByRole('textbox', { name: /^Message to/ })
  await box.focus()
  await page.evaluate(() => {
    const seen: number[] = []
    Object.assign(globalThis, { seen })
    // What the page does in the handler, and until the next frame is drawn.
    addEventListener(
      'keydown',
      ({ timeStamp }) => {
        requestAnimationFrame(() => setTimeout(() => seen.push(performance.now() - timeStamp)))
      },
      true,
    )
  })
  for (let key = 0; key < 100; key++) await page.keyboard.press('a', { delay: 20 })
  clearInterval(talking)
  return page.evaluate(() => (globalThis as unknown as { seen: number[] }).seen)
}

/** Megabytes of the heap of the page, after a collection. */
async function memoryOf({ page }: PageUnderTest): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize / 1e6
}

function quantiles(all: readonly number[]): string {
  const sorted = all.toSorted((one, other) => one - other)
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!.toFixed(1)
  return `median ${at(0.5)} ms, 95% ${at(0.95)} ms, 99% ${at(0.99)} ms, longest ${at(1)} ms`
}
