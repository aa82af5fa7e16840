import { nodeLinksSuite } from '../suites/index.ts'
import type { NodeId } from '../src/names.ts'
import { LinkedNodes, type LogProgress } from './node-links.ts'

nodeLinksSuite('the cluster in memory', async () => {
  const cluster = new LinkedNodes()
  const seqs = { near: 1, far: 1 }
  const waiting: { readonly which: 'near' | 'far'; readonly seq: number; readonly run: () => void }[] = []
  const progress = (which: 'near' | 'far'): LogProgress => ({
    applied: () => seqs[which],
    reached: (seq, run) => {
      if (seqs[which] >= seq) run()
      else waiting.push({ which, seq, run })
    },
  })
  const [nearId, farId] = ['near.1', 'far.1'] as [NodeId, NodeId]
  return {
    near: cluster.join(() => nearId, progress('near')),
    far: cluster.join(() => farId, progress('far')),
    farId,
    applied: (which, seq) => {
      seqs[which] = seq
      for (const each of waiting.splice(0)) progress(each.which).reached(each.seq, each.run)
    },
    killFar: async () => cluster.kill(farId),
    most: 200_000,
  }
})
