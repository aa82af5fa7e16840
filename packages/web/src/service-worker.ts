/** This build, and the names of all its files. */
declare const BUILD: string
declare const FILES: readonly string[]

/** What a service worker has beside a page; the types of both do not go together. */
interface Worker {
  addEventListener(
    type: 'install' | 'activate',
    run: (event: { waitUntil(work: Promise<unknown>): void }) => void,
  ): void
  addEventListener(
    type: 'fetch',
    run: (event: { readonly request: Request; respondWith(response: Promise<Response>): void }) => void,
  ): void
  readonly clients: { claim(): Promise<void> }
  skipWaiting(): Promise<void>
}

const worker = globalThis as unknown as Worker
const name = `page-${BUILD}`

worker.addEventListener('install', (event) => event.waitUntil(keep()))
worker.addEventListener('activate', (event) => event.waitUntil(tidy()))
worker.addEventListener('fetch', (event) => {
  const { method, url } = event.request
  const { origin, pathname } = new URL(url)
  if (method !== 'GET' || origin !== location.origin) return
  const file = pathname === '/' ? './' : pathname.slice(1)
  if (FILES.includes(file)) event.respondWith(reply(file, event.request))
})

async function keep(): Promise<void> {
  const cache = await caches.open(name)
  await cache.addAll(FILES)
  await worker.skipWaiting()
}

async function tidy(): Promise<void> {
  const old = (await caches.keys()).filter((each) => each !== name)
  await Promise.all(old.map((each) => caches.delete(each)))
  await worker.clients.claim()
}

/** The page itself is asked for anew, so that the next build is seen; without a network it is the one that is kept. */
async function reply(file: string, request: Request): Promise<Response> {
  const cache = await caches.open(name)
  const kept = await cache.match(file)
  if (kept && file !== './') return kept
  try {
    return await fetch(request)
  } catch (error) {
    if (kept) return kept
    throw error
  }
}
