import { loadTranscripts } from '@parley/conformance'
import { protocols } from '@parley/protocols'

/** What the clients of the transcripts say, by protocol: conversations that are known to reach somewhere. */
export function transcriptSeeds(): ReadonlyMap<string, readonly (readonly Uint8Array[])[]> {
  const seeds = new Map<string, Uint8Array[][]>(protocols.map(({ name }) => [name, []]))
  for (const { steps } of loadTranscripts()) {
    const conversations = new Map<string, { protocol: string; said: Uint8Array[] }>()
    for (const step of steps) {
      if (step.kind === 'connects') conversations.set(step.actor, { protocol: step.protocol, said: [] })
      if (step.kind !== 'writes') continue
      const conversation = conversations.get(step.actor)
      const bytes = conversation && bytesOf(step.payload, conversation.protocol)
      if (bytes) conversation.said.push(bytes)
    }
    for (const { protocol, said } of conversations.values()) if (said.length > 0) seeds.get(protocol)?.push(said)
  }
  return seeds
}

type Payload =
  { readonly form: 'notation'; readonly text: string } | { readonly form: 'bytes'; readonly bytes: Uint8Array }

/** Undefined where a placeholder stands in a place that the notation cannot write. */
export function bytesOf(payload: Payload, protocol: string): Uint8Array | undefined {
  if (payload.form === 'bytes') return payload.bytes
  const notation = protocols.find(({ name }) => name === protocol)?.notation
  // A listener that comes with another one has no notation: what is said there is the text itself.
  if (!notation) return Buffer.from(payload.text)
  try {
    return notation.write(payload.text)
  } catch {
    return undefined
  }
}
