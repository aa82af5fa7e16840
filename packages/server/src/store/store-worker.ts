import { parentPort, workerData } from 'node:worker_threads'
import { placeOf, type KnownDatabase } from './known-database.ts'
import type { Request } from './requests.ts'
import { Transactions } from './transactions.ts'

// The thread of `WorkerDatabase`: a batch comes in, its replies go out. Null: it is over.

const { known } = workerData as { known: KnownDatabase }
const transactions = new Transactions(placeOf(known))

parentPort!.on('message', (requests: readonly Request[] | null) => {
  if (requests) return parentPort!.postMessage(transactions.carryOut(requests))
  transactions.close()
  parentPort!.close()
})
