import { byteStreamSuite } from './byte-stream-suite.ts'
import { MemoryStream } from './memory-stream.ts'

byteStreamSuite('a stream in memory', async () => {
  const stream = new MemoryStream()
  return { stream, far: stream, canReset: true, close: () => stream.destroy() }
})
