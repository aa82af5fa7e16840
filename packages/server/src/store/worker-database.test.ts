import { done, fail, ok } from '@parley/core'
import assert from 'node:assert/strict'
import { syncBuiltinESMExports } from 'node:module'
import { describe, it } from 'node:test'
import workerThreads from 'node:worker_threads'
import { scratchDirectory, startProcess } from '../../testing/scratch.ts'
import { account, message, listening, loaded, opened, put, toAlice, databaseIn } from '../../testing/stored.ts'
import { silentLogger } from '../logger.ts'
import { openLocalSqliteStore, SqliteStore } from './sqlite-store.ts'
import { WorkerDatabase } from './worker-database.ts'

describe('the thread of a store', () => {
  it('is not there before something is committed or read', async (t) => {
    const { known, here } = databaseIn(scratchDirectory(t))
    const store = new SqliteStore(new WorkerDatabase(known, here, silentLogger, throwing), silentLogger)
    t.after(() => store.close())
    assert.equal((await loaded(store)).seq, 0)
    assert.deepEqual(await store.messages(toAlice, 0, 1), fail('unavailable'), 'the one that is started throws')
  })

  it('that dies is logged, makes what it had unavailable, and is started again', async (t) => {
    const { logger, heard } = listening()
    const { known, here } = databaseIn(scratchDirectory(t))
    const store = new SqliteStore(new WorkerDatabase(known, here, logger, dying), logger)
    t.after(() => store.close())
    assert.deepEqual(await store.commit([account], 1, 1), done)
    const both = [store.commit([put(2, 'die')], 2, 2), store.messages(toAlice, 0, 9)]
    assert.deepEqual(await Promise.all(both), [fail('unavailable'), fail('unavailable')])
    assert.match(heard.join(), /thread of the store has ended.*ended with 3/)
    assert.deepEqual(await store.commit([put(3)], 3, 3), done)
    assert.deepEqual(await store.messages(toAlice, 0, 9), ok([message(3)]))
  })

  it('that cannot be started makes what was asked for unavailable, and the next request tries again', async (t) => {
    const { logger, heard } = listening()
    const { known, here } = databaseIn(scratchDirectory(t))
    const store = new SqliteStore(new WorkerDatabase(known, here, logger), logger)
    t.after(() => store.close())
    const { Worker } = workerThreads
    workerThreads.Worker = function unstartable() {
      throw new Error('EAGAIN')
    } as unknown as typeof Worker
    syncBuiltinESMExports()
    try {
      assert.deepEqual(await store.commit([account], 1, 1), fail('unavailable'))
      assert.equal((await loaded(store)).seq, 0, 'what is on disk can be read')
    } finally {
      workerThreads.Worker = Worker
      syncBuiltinESMExports()
    }
    assert.match(heard.join(), /EAGAIN/)
    assert.deepEqual(await store.commit([account], 1, 1), done)
  })

  it('keeps no process alive, whether its store is closed or not, and what was asked for is carried out', async (t) => {
    const directory = scratchDirectory(t)
    const code = `
      const { openSqliteStore } = await import('$sqlite-store')
      const { silentLogger } = await import('$logger')
      const { value: store } = openSqliteStore(process.argv[1], silentLogger)
      await store.commit([], 1, 1)
      void store.commit([], 2, 2)
      if (process.argv[2] === 'close') void store.close()
      process.on('exit', () => console.log('ended'))`.replace('$logger', new URL('../logger.ts', import.meta.url).href)
    for (const how of ['close', 'leave open']) {
      const { lines, ended } = startProcess(t, code, [directory, how])
      assert.equal((await lines.next()).value, 'ended')
      assert.equal(await ended, 0)
      const store = opened(openLocalSqliteStore(directory, silentLogger))
      assert.equal((await loaded(store)).seq, 2)
      await store.close()
    }
  })
})

/** Throws as soon as it is started. */
const throwing = new URL('data:text/javascript,throw new Error("nobody should start this")')
/** Does its work until somebody writes a message with the text `die`. */
const dying = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads'
    parentPort.on('message', (requests) => {
      if (JSON.stringify(requests).includes('"die"')) process.exit(3)
    })
    await import(${JSON.stringify(new URL('./store-worker.ts', import.meta.url).href)})`)}`,
)
