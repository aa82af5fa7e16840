import { pageDirectory } from '@parley/web'
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { serverUnderTest, type ServerUnderTest } from '../server-under-test.ts'
import { BrowserUnderTest } from './browser.ts'
import { noBrowser } from './chromium.ts'

/** `looks`: for obstacles as well, which takes a while. */
const sizes = [
  { width: 320, height: 640, scheme: 'light', looks: true },
  { width: 768, height: 1_024, scheme: 'light', looks: false },
  { width: 1_440, height: 900, scheme: 'dark', looks: true },
] as const

describe('the page for everybody', { skip: noBrowser }, () => {
  let server: ServerUnderTest
  let browser: BrowserUnderTest
  before(async () => {
    server = await serverUnderTest({ listen: ['http://127.0.0.1:0'], page: pageDirectory })
    // Each profile is a new device: an account would have to bring its keys from the one before.
    for (const { width } of sizes) await server.addAccount(`carol_${width}`, 'correct horse')
    browser = await BrowserUnderTest.open()
  })
  afterEach(() => browser.end())
  after(async () => {
    await browser.close()
    await server.stop()
  })
  const url = () => `http://127.0.0.1:${server.port('http')}/`

  for (const size of sizes) {
    const what = size.looks ? 'has no obstacle in any view and fits' : 'fits'
    it(`${what}, ${size.width} pixels wide and ${size.scheme}`, async () => {
      const page = await browser.page(url(), size)
      const isFine = async (where: string) => {
        await page.fits(where)
        if (size.looks) await page.isAccessible(where)
      }
      await isFine('sign-in')
      await page.signIn(`carol_${size.width}`, 'correct horse')
      const bob = await (await browser.page(url())).signIn('bob')
      await page.goTo('groups')
      const group = `cooks_${size.width}`
      await page.page.getByLabel('Make a group').fill(group)
      await page.page.getByRole('button', { name: 'Make' }).click()
      await page.page.getByRole('textbox', { name: `Message to #${group}` }).waitFor()
      await bob.say(`hello @carol_${size.width}, see https://example.org`)
      await page.goTo('c/@bob')
      await page.say('sealed, this one')
      await page.sees('sealed, this one')
      await page.page.locator('[data-line]').last().hover()
      await page.page.getByRole('button', { name: 'Reply' }).click()
      await page.page.getByRole('button', { name: 'Emoji' }).click()
      await isFine('a conversation')
      for (const way of ['', 'c/everybody', 'c/everybody/info', `c/%23${group}/info`, 'c/@bob/info']) {
        await page.goTo(way)
        const heading = way.endsWith('info') ? /^About/ : /./
        await page.page.getByRole('heading', { level: 1, name: heading }).last().waitFor()
        await isFine(way)
      }
      for (const way of ['search', 'groups', 'game', 'settings']) {
        await page.goTo(way)
        await page.page.locator('.view').waitFor()
        await isFine(way)
      }
    })
  }

  it('is used by keys alone, from signing in to every view', async () => {
    const { page } = await browser.page(url())
    const key = (...keys: readonly string[]) =>
      keys.reduce((before, each) => before.then(() => page.keyboard.press(each)), Promise.resolve())
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
    await page.getByLabel('Name').waitFor()
    await page.keyboard.type('keys')
    await key('Enter')
    await page.getByRole('textbox', { name: 'Message to Everybody' }).waitFor()
    await page.keyboard.type('first')
    await key('Shift+Enter')
    await page.keyboard.type('second line')
    await key('Enter')
    await page.locator('.text', { hasText: 'first\nsecond line' }).waitFor()
    while (!(await focused()).startsWith('Messages of')) await key('Shift+Tab')
    await key('ArrowUp', 'Tab', 'Enter')
    assert.equal(await focused(), 'Message to Everybody', 'Reply leads back to where one writes')
    await page.getByRole('button', { name: 'Do not reply to it' }).waitFor()
    await key('Escape')
    await page.getByRole('button', { name: 'Do not reply to it' }).waitFor({ state: 'detached' })
    await key('Control+,')
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
    await key('Control+Shift+F')
    await page.getByRole('heading', { name: 'Search' }).waitFor()
    await key('Control+k')
    assert.equal(await focused(), 'Find a person or a conversation')
    for (const way of ['Groups', 'Game']) {
      await key('Control+k')
      while ((await focused()) !== way) await key('Shift+Tab')
      await key('Enter')
      await page.locator('.view').waitFor()
    }
    await key('Control+k')
    await page.keyboard.type('every')
    await key('Enter')
    await page.getByRole('textbox', { name: 'Message to Everybody' }).waitFor()
    while ((await focused()) !== 'About Everybody') await key('Shift+Tab')
    await key('Enter')
    await page.getByRole('heading', { name: 'About Everybody' }).waitFor()
  })

  it('speaks new messages of others, and nothing else', async () => {
    const ann = await (await browser.page(url())).signIn('ann')
    const bob = await (await browser.page(url())).signIn('bob')
    await bob.say('to be spoken')
    const spoken = ann.page.getByRole('log')
    await spoken.getByText('bob: to be spoken').waitFor()
    await ann.say('one of mine')
    await ann.sees('one of mine')
    await bob.goTo('c/@ann')
    await bob.say('elsewhere')
    await ann.page.getByRole('link', { name: /elsewhere.*1 unread/ }).waitFor()
    assert.equal(await spoken.textContent(), 'bob: to be spoken')
    assert.equal(await ann.page.locator('[aria-live]').count(), 1)
    assert.equal(await ann.page.title(), '(1) Parley')
  })
})
