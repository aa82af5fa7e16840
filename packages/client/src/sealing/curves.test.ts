import assert from 'node:assert/strict'
import { it } from 'node:test'
import { requireCurves } from './curves.ts'

it('says which curve a WebCrypto lacks, and what to do', async () => {
  await requireCurves(crypto.subtle)
  for (const missing of ['X25519', 'Ed25519']) {
    const generateKey = (algorithm: unknown) =>
      algorithm === missing
        ? Promise.reject(new DOMException('Unrecognized algorithm name', 'NotSupportedError'))
        : Promise.resolve({})
    const lacking = { generateKey } as unknown as typeof crypto.subtle
    await assert.rejects(requireCurves(lacking), {
      code: 'sealing-failed',
      message: `nothing can be sealed: the WebCrypto of this program has no ${missing}; a newer version has it; sign in without sealing, or elsewhere`,
    })
  }
  await assert.rejects(requireCurves(undefined), { code: 'sealing-failed', message: /over https alone/ })
})
