import type { Transcript } from '@parley/conformance'
import { clusterUnderTest } from './cluster-under-test.ts'
import { byteByByte } from './cuts.ts'
import { perform } from './perform-transcript.ts'
import { carryOut } from './test-thread.ts'

const ways = {
  'in one piece': (transcript: Transcript) => perform(transcript),
  'byte by byte': (transcript: Transcript) => perform(transcript, { cut: byteByByte(transcript.file.length) }),
  'on three nodes': (transcript: Transcript) => perform(transcript, {}, clusterUnderTest),
}

export interface TranscriptTask {
  readonly transcript: Transcript
  readonly how: keyof typeof ways
}

carryOut(({ transcript, how }: TranscriptTask) => ways[how](transcript))
