import { defaultSettings } from '@parley/server'
import { pageDirectory } from '@parley/web'
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import { CommandsInProcess } from '../commands-in-process.ts'
import { cuttingProxy, type CuttingProxy } from '../cutting-proxy.ts'
import { LineClient } from '../line-client.ts'
import { serverUnderTest, type ServerUnderTest } from '../server-under-test.ts'
import { BrowserUnderTest, type PageUnderTest } from './browser.ts'
import { noBrowser } from './chromium.ts'

describe('the page in a browser', { skip: noBrowser }, () => {
  let server: ServerUnderTest
  let browser: BrowserUnderTest
  let commands: CommandsInProcess
  let proxy: CuttingProxy
  let directory: string
  before(async () => {
    const listen = ['http://127.0.0.1:0', 'parley://127.0.0.1:0']
    const limits = { ...defaultSettings.limits, messageRate: null }
    server = await serverUnderTest({ listen, page: pageDirectory, settings: { limits } })
    for (const name of ['carol', 'dora', 'erin', 'fern']) await server.addAccount(name, 'correct horse')
    browser = await BrowserUnderTest.open()
    commands = await CommandsInProcess.open()
    proxy = await cuttingProxy(() => server.port('http'))
    directory = await mkdtemp(join(tmpdir(), 'parley-page-'))
  })
  afterEach(async () => {
    await commands.end()
    await browser.end()
  })
  after(async () => {
    await browser.close()
    await commands.close()
    await proxy.close()
    await server.stop()
    await rm(directory, { recursive: true })
  })

  const open = (name: string, password?: string, how = {}) =>
    browser.page(`http://127.0.0.1:${server.port('http')}/`, how).then((page) => page.signIn(name, password))
  const terminal = (name: string, password?: string) => {
    const options = { seal: true, downloads: join(directory, name) }
    return commands.signedIn(`parley://${name}@127.0.0.1:${server.port('parley')}`, options, password)
  }

  /** Lines of JSON, as somebody types them into `nc`. */
  async function nc(name: string): Promise<LineClient> {
    const client = await LineClient.open(server.port('parley'))
    client.send('{"id":0,"do":"hello","versions":[1],"client":"nc"}', `{"id":1,"do":"sign-in","name":"${name}"}`)
    await client.hears('"re":1,"ok":true')
    return client
  }

  it('talks with another page, a terminal and nc, one and all', async () => {
    const [ann, bob] = [await open('ann'), await open('bob')]
    const [cem, dan] = [await terminal('cem'), await nc('dan')]
    await ann.say('hello from a page')
    await Promise.all([
      bob.sees('hello from a page'),
      cem.hears(/ann: hello from a page/),
      dan.hears('hello from a page'),
    ])
    cem.type('hello from a terminal')
    dan.send('{"id":2,"do":"say","to":"*","text":"hello from nc, @ann"}')
    for (const page of [ann, bob]) {
      await page.sees('hello from a terminal')
      await page.sees('hello from nc, @ann')
    }
    assert.equal(await ann.page.locator('.said.call').count(), 1)
    assert.equal(await bob.page.locator('.said.call').count(), 0)
    dan.socket.destroy()
  })

  it('seals what goes to and comes from a terminal, and both see the same safety number', async () => {
    const [carol, dora] = [await open('carol', 'correct horse'), await terminal('dora', 'correct horse')]
    await carol.goTo('c/@dora')
    await carol.say('only for you')
    await dora.hears(/^carol to you \(sealed.*\): only for you$/m)
    dora.type('/msg carol and back')
    await carol.sees('and back')
    assert.deepEqual(
      await carol.page.locator('.secrecy').evaluateAll((all) => all.map((each) => each.getAttribute('title'))),
      ['sealed', 'sealed'],
    )
    dora.type('/verify carol')
    const [, number = ''] = /^.*?((?:\d{5} ){11}\d{5})$/m.exec(await dora.hears(/(?:\d{5} ){11}\d{5}$/m)) ?? []
    await carol.page.getByRole('button', { name: 'About dora' }).click()
    await carol.page.getByRole('button', { name: 'Show the safety number' }).click()
    assert.equal(await carol.page.locator('.number').textContent(), number)
  })

  it('carries a file each way, and shows only pictures', async () => {
    const [ann, ben] = [await open('ann'), await terminal('ben')]
    const bytes = randomBytes(300_000)
    await ann.goTo('c/@ben')
    const file = { name: '../<img src=x>.html', mimeType: 'text/html', buffer: bytes }
    await ann.page.locator('input[type=file]').setInputFiles(file)
    await ben.hears(/ann offers the file/)
    ben.type('/accept 1')
    const [, path = ''] = /is (\/.*\.html) \(/.exec(await ben.hears(/is \/.*\.html \(/)) ?? []
    assert.deepEqual(await readFile(path), bytes)
    await ann.page.getByText('Delivered').waitFor()

    const svg = join(directory, 'picture.png')
    await writeFile(svg, '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')
    ben.type(`/file ann ${svg}`)
    await ann.page.getByRole('button', { name: 'Accept' }).click()
    const link = ann.page.getByRole('link', { name: 'Save' })
    await link.waitFor()
    assert.equal(await ann.page.locator('.file img').count(), 0, 'what is not a picture is not shown')
    assert.equal(await link.getAttribute('download'), 'picture.png')
    assert.match((await link.getAttribute('href')) ?? '', /^blob:/)
    const dot = join(directory, 'dot.gif')
    await writeFile(dot, Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'))
    ben.type(`/file ann ${dot}`)
    await ann.page.getByRole('button', { name: 'Accept' }).click()
    await ann.page.getByRole('img', { name: 'dot.gif' }).waitFor()
  })

  it('is cut off and back without a gap, and what was written meanwhile goes out once', async () => {
    const page = await browser.page(`http://127.0.0.1:${proxy.port}/`)
    const [ann, ned] = [await page.signIn('anna'), await nc('ned')]
    const say = (from: number, to: number) => {
      for (let at = from; at < to; at++) ned.send(`{"do":"say","to":"*","text":"gap ${at}"}`)
    }
    say(0, 3)
    await ann.sees('gap 2')
    await ann.page.context().setOffline(true)
    proxy.cut()
    await ann.page.getByText('Not connected').waitFor()
    await ann.say('written offline')
    await ann.page.getByText('waiting').waitFor()
    say(3, 9)
    await ann.page.context().setOffline(false)
    await ann.sees('gap 8')
    await ned.hears('written offline')
    const numbers = (await ann.texts()).filter((text) => text.startsWith('gap')).map((text) => Number(text.slice(4)))
    assert.deepEqual(numbers, [0, 1, 2, 3, 4, 5, 6, 7, 8])
    assert.equal((await ann.texts()).filter((text) => text === 'written offline').length, 1)
    assert.equal(ned.heard.split('written offline').length, 2)
    ned.socket.destroy()
  })

  it('goes on signed in by a token of its own, until the device is revoked; drafts and messages are kept', async () => {
    const erin = await open('erin', 'correct horse')
    await erin.say('to be kept')
    await erin.sees('to be kept')
    await erin.page.getByRole('textbox', { name: /^Message to/ }).fill('half a thou')
    await erin.goTo('settings')
    await erin.page.getByText('this device', { exact: true }).waitFor()
    await erin.page.reload()
    await erin.page.getByText('this device', { exact: true }).waitFor()
    await erin.goTo('c/everybody')
    await erin.sees('to be kept')
    assert.equal(await erin.page.getByRole('textbox', { name: /^Message to/ }).inputValue(), 'half a thou')
    const kept = await erin.page.evaluate(keptInBrowser)
    assert.ok(kept.length > 0)
    assert.doesNotMatch(kept, /token|correct horse|to be kept|privateKey/, 'nothing of it lies there in the clear')

    const other = await open('erin', 'correct horse')
    await other.goTo('settings')
    await other.page.getByRole('listitem').getByRole('button', { name: 'Sign out' }).click()
    await erin.page.getByRole('button', { name: 'Sign in again' }).click()
    await erin.page.getByLabel('Password').waitFor()
  })

  it('is read without a network after it was there once', async () => {
    const ann = await open('fern', 'correct horse')
    await ann.say('to be read offline')
    await ann.sees('to be read offline')
    await ann.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
    // What is open is left: so all of it is written down.
    await ann.goTo('settings')
    while (!(await ann.page.evaluate(keysInBrowser)).includes('lines fern all'));
    await ann.page.context().setOffline(true)
    await ann.page.reload()
    await ann.goTo('c/everybody')
    await ann.sees('to be read offline')
    await ann.page.getByText('Not connected').waitFor()
  })

  it('loads what was said before where somebody scrolls, and goes to what was found', { timeout: 60_000 }, async () => {
    const nel = await nc('nel')
    const say = (text: string) => nel.send(JSON.stringify({ do: 'say', to: '*', text }))
    say('a needle in the hay')
    for (let at = 0; at < 400; at++) say(`old ${at}`)
    nel.send('{"id":"last","do":"ping"}')
    await nel.hears('"re":"last"')
    const ann = await open('reader')
    await ann.sees('old 399')
    assert.ok((await ann.texts()).length < 100, 'only what is near to what is seen is there')
    const wanted = ann.page.locator('.text', { hasText: /^old 200$/ })
    while ((await wanted.count()) === 0) await ann.page.locator('.scroller').evaluate(scrolledUp)
    const numbers = (await ann.texts()).filter((text) => text.startsWith('old')).map((text) => Number(text.slice(4)))
    assert.deepEqual(
      numbers,
      numbers.map((_, at) => numbers[0]! + at),
    )
    const toTop = (list: Element) => list.scrollTo(0, 0)
    const oldest = ann.page.locator('.text', { hasText: /^old 0$/ })
    while ((await oldest.count()) === 0) await ann.page.locator('.scroller').evaluate(toTop)
    await ann.goTo('search/everybody')
    await ann.page.getByLabel('Words').fill('needle')
    await ann.page.keyboard.press('Enter')
    await ann.page.getByRole('link', { name: /a needle in the hay/ }).click()
    await ann.sees('a needle in the hay')
    await ann.sees('old 0')
    nel.socket.destroy()
  })

  it('plays the game', async () => {
    const [ann, ray] = [await open('gamer'), await open('rival')]
    for (const page of [ann, ray]) await page.goTo('game')
    await ann.page.getByRole('button', { name: 'Start a game' }).click()
    await ray.page.getByRole('button', { name: 'Join' }).click()
    for (const page of [ann, ray]) await page.page.getByText('You are in it').waitFor()
    server.clock.advance(10_000)
    for (const page of [ann, ray]) await guessed(page)
    await ann.page.getByText('The last game').waitFor()
  })

  it('takes names and texts of others as text', async () => {
    const [ann, eve] = [await open('ann'), await nc('eve')]
    const hostile = ['<img src=x onerror=alert(1)>', '"><script>alert(1)</script>', 'javascript:alert(1)', '&lt;b&gt;']
    for (const text of hostile) eve.send(JSON.stringify({ do: 'say', to: '*', text }))
    for (const text of hostile) await ann.sees(text)
    eve.send(JSON.stringify({ do: 'say', to: '*', text: 'x'.repeat(10_000) }))
    eve.send(JSON.stringify({ do: 'say', to: '*', text: 'see https://example.org/?a=<b>"c".' }))
    await ann.sees('see https://example.org/?a=<b>"c".')
    const links = ann.page.locator('.bubble a')
    assert.deepEqual(
      await links.evaluateAll((all) => all.map((each) => (each as HTMLAnchorElement).getAttribute('href'))),
      ['https://example.org/?a='],
    )
    assert.equal(await ann.page.locator('.bubble img, .bubble script, .bubble b').count(), 0)
    await ann.fits('a conversation with a long word')
    await ann.goTo('c/@%3Cimg%20src=x%20onerror=alert(1)%3E/info')
    await ann.page.getByRole('heading', { name: /^About/ }).waitFor()
    eve.socket.destroy()
  })
})

/** No further than what is seen, or what is looked for is gone past. */
async function scrolledUp(list: Element): Promise<void> {
  list.scrollBy(0, -list.clientHeight / 2)
  await new Promise((resolve) => requestAnimationFrame(resolve))
}

/** Tries numbers from the middle, as people do. */
async function guessed({ page }: PageUnderTest): Promise<void> {
  const guesses = page.getByRole('list', { name: 'Guesses' }).locator('li')
  for (let low = 1, high = 50, tries = 1; ; tries++) {
    const number = Math.floor((low + high) / 2)
    await page.getByLabel('Your guess').fill(String(number))
    await page.getByRole('button', { name: 'Guess' }).click()
    await guesses.nth(tries - 1).waitFor()
    const verdict = (await guesses.first().textContent()) ?? ''
    if (verdict.includes('right')) return
    if (verdict.includes('low')) low = number + 1
    else high = number - 1
  }
}

async function keysInBrowser(): Promise<readonly string[]> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const opening = indexedDB.open('parley')
    opening.addEventListener('success', () => resolve(opening.result))
  })
  const reading = database.transaction('values').objectStore('values').getAllKeys()
  await new Promise((resolve) => reading.addEventListener('success', resolve))
  database.close()
  return reading.result.map(String)
}

/** Everything that the browser keeps for the page and that a script can write out. */
async function keptInBrowser(): Promise<string> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const opening = indexedDB.open('parley')
    opening.addEventListener('success', () => resolve(opening.result))
  })
  const reading = database.transaction('values').objectStore('values').getAll()
  await new Promise((resolve) => reading.addEventListener('success', resolve))
  const text = (value: unknown) => (value instanceof ArrayBuffer ? new TextDecoder('latin1').decode(value) : value)
  const all = (reading.result as unknown[]).map((each) => JSON.stringify(each, (_, value: unknown) => text(value)))
  return all.join('\n') + JSON.stringify(localStorage) + location.href
}
