import { AxeBuilder } from '@axe-core/playwright'
import assert from 'node:assert/strict'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { executablePath } from './chromium.ts'

const switches = ['no-sandbox', 'disable-gpu', 'no-first-run', 'disable-background-networking']
const quiet = ['disable-component-update', 'disable-sync', 'disable-dev-shm-usage']

/** What no step may take longer than: the machine may be busy. */
const stepMs = 20_000

/** One browser for the tests of a file. */
export class BrowserUnderTest {
  readonly #browser: Browser
  readonly #contexts = new Set<BrowserContext>()
  readonly #errors: string[] = []

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  static async open(): Promise<BrowserUnderTest> {
    const args = [...switches, ...quiet].map((each) => `--${each}`)
    return new BrowserUnderTest(await chromium.launch({ executablePath: executablePath!, args }))
  }

  /** A page in an empty profile of its own. */
  async page(url: string, how: PageOptions = {}): Promise<PageUnderTest> {
    const { width = 1_280, height = 800, scheme = 'light' } = how
    const context = await this.#browser.newContext({ viewport: { width, height }, colorScheme: scheme })
    this.#contexts.add(context)
    const page = await context.newPage()
    page.setDefaultTimeout(stepMs)
    page.on('pageerror', (error) => this.#errors.push(error.stack ?? error.message))
    page.on('console', (message) => {
      if (/Content Security Policy|TrustedHTML/.test(message.text())) this.#errors.push(message.text())
    })
    await page.goto(url)
    return new PageUnderTest(page, url)
  }

  /** Closes all pages. Nothing may have gone wrong in them. */
  async end(): Promise<void> {
    for (const context of this.#contexts) await context.close()
    this.#contexts.clear()
    assert.deepEqual(this.#errors.splice(0), [])
  }

  async close(): Promise<void> {
    await this.#browser.close()
  }
}

interface PageOptions {
  readonly width?: number
  readonly height?: number
  readonly scheme?: 'light' | 'dark'
}

/** What somebody does with the page, and sees. */
export class PageUnderTest {
  readonly page: Page
  readonly #url: string

  constructor(page: Page, url: string) {
    this.page = page
    this.#url = url
  }

  async signIn(name: string, password?: string): Promise<this> {
    const { page } = this
    if (password !== undefined) await page.getByLabel('With an account').check()
    await page.getByLabel('Name').fill(name)
    if (password !== undefined) await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('navigation', { name: 'Conversations' }).waitFor({ state: 'attached' })
    return this
  }

  /** `c/@bob`, `settings` */
  async goTo(way: string): Promise<void> {
    await this.page.goto(`${this.#url}#/${way}`)
  }

  async say(text: string): Promise<void> {
    const box = this.page.getByRole('textbox', { name: /^Message to/ })
    await box.fill(text)
    await box.press('Enter')
  }

  /** Resolves once a message with exactly this text is there. */
  async sees(text: string): Promise<void> {
    await this.page
      .locator('.bubble .text', { hasText: new RegExp(`^${escaped(text)}$`) })
      .first()
      .waitFor()
  }

  /** The texts of the messages that are rendered. */
  texts(): Promise<readonly string[]> {
    return this.page.locator('.bubble .text').allTextContents()
  }

  /** Nothing is there that somebody who cannot see, or uses the keyboard alone, would stumble over. */
  async isAccessible(where: string): Promise<void> {
    const { violations } = await new AxeBuilder({ page: this.page }).analyze()
    const found = violations.map(({ id, nodes }) => `${where}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`)
    assert.deepEqual(found, [])
  }

  /** Nothing is wider than the page. */
  async fits(where: string): Promise<void> {
    const wide = await this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    assert.ok(wide <= 0, `${where} is ${wide} pixels too wide`)
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
