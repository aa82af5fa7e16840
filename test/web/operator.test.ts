import { parseUserName } from '@parley/core'
import { pageDirectory } from '@parley/web'
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { LineClient } from '../line-client.ts'
import { serverUnderTest, type ServerUnderTest } from '../server-under-test.ts'
import { BrowserUnderTest } from './browser.ts'
import { noBrowser } from './chromium.ts'

describe('the lens and the page of admins', { skip: noBrowser }, () => {
  let server: ServerUnderTest
  let browser: BrowserUnderTest
  before(async () => {
    server = await serverUnderTest({ listen: ['http://127.0.0.1:0', 'ident://127.0.0.1:0'], page: pageDirectory })
    await server.addAccount('carol', 'secret')
    const carol = parseUserName('carol')
    assert.ok(carol.ok)
    await server.running.submit({ do: 'admin.set', name: carol.value, isAdmin: true, by: 'root' }, () => {})
    browser = await BrowserUnderTest.open()
  })
  afterEach(() => browser.end())
  after(async () => {
    await browser.close()
    await server.stop()
  })
  const url = () => `http://127.0.0.1:${server.port('http')}/`

  async function eve(): Promise<LineClient> {
    const client = await LineClient.open(server.port('ident'))
    client.send('IDENT eve')
    await client.hears('OK IDENT eve\n')
    return client
  }

  it('shows what a message is in every protocol as it comes, and the sentence that asks for each byte', async () => {
    const { page } = await (await browser.page(url(), { width: 1_440 })).signIn('bob')
    await page.goto(`${url()}#/lens`)
    const ident = await eve()
    ident.send('BCST ol\u00e9')
    const form = page.locator('.lens-form', { hasText: 'chatos' })
    await form.getByText('03', { exact: false }).first().waitFor()
    const opcode = form.getByRole('row').filter({ hasText: 'opcode' })
    await opcode.getByText('chatos.txt Opcodes').focus()
    await page.keyboard.press('Enter')
    await opcode.getByText('packets begin with a signed byte from 1 to 8').waitFor()
    await ident.close()
  })

  it('lets an admin put somebody out, ban an address and take that back, and shows who did it', async () => {
    const ident = await eve()
    const under = await (await browser.page(url(), { width: 1_440 })).signIn('carol', 'secret')
    const { page } = under
    await under.goTo('operator')
    page.on('dialog', (dialog) => void dialog.accept())
    const row = page.getByRole('row').filter({ hasText: 'eve' })
    await row.getByRole('button', { name: 'Kick' }).click()
    await ident.hears('DSCN Removed by the operator')
    const done = page.getByRole('region', { name: 'What was done, table' })
    await done.getByText('kick eve').waitFor()
    await page.getByLabel('Such as 192.0.2.0/24').fill('198.51.100.0/24')
    await page.getByLabel('Why').fill('<b>spam</b>')
    await page.keyboard.press('Enter')
    const ban = page.getByRole('row').filter({ hasText: 'ban address 198.51.100.0/24 <b>spam</b>' })
    await ban.getByRole('button', { name: 'Take back' }).click()
    await done.getByText('unban address 198.51.100.0/24').waitFor()
    assert.deepEqual(server.running.community.moderation.sanctions(server.clock.now()), [])
    await ident.closed()
  })

  for (const [width, scheme] of [
    [320, 'light'],
    [1_440, 'dark'],
  ] as const) {
    it(`has no obstacle and fits, ${width} pixels wide and ${scheme}`, async () => {
      const under = await (await browser.page(url(), { width, scheme })).signIn('carol', 'secret')
      await under.goTo('c/everybody')
      await under.say('hello')
      await under.sees('hello')
      for (const [view, ready] of [
        ['lens', '.lens-form'],
        ['operator', '.operator-scroll'],
      ] as const) {
        await under.goTo(view)
        await under.page.locator(ready).first().waitFor()
        await under.fits(view)
        await under.isAccessible(view)
      }
    })
  }

  it('is not offered to whoever is no admin, and says so to who goes there', async () => {
    const under = await (await browser.page(url())).signIn('dan')
    await under.goTo('settings')
    await under.page.getByRole('link', { name: 'What goes over the wire' }).waitFor()
    assert.equal(await under.page.getByRole('link', { name: 'Look after the server' }).count(), 0)
    await under.goTo('operator')
    await under.page.getByRole('alert').getByText('This is for admins.').waitFor()
  })
})
