import type { AccountProof, Result } from '@parley/core'
import { said } from '@parley/core/testing'
import type { SessionContext } from '@parley/protocols'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ConnectionRig, signInAs, userNamed } from '../../testing/connection-rig.ts'

describe('signing in', () => {
  it('the reply stands before whatever is heard, which is all that is said from then on', async () => {
    const rig = await ConnectionRig.open()
    const bob = await rig.user('bob')
    const ann = rig.connect()
    void bob.context.submit({ do: 'broadcast', text: said('before') }, () => {})
    rig.hold()
    const signingIn = ann.context.signIn(signInAs('Ann'), (result) => ann.context.send(`welcome ${String(result.ok)}`))
    void bob.context.submit({ do: 'broadcast', text: said('after') }, () => {})
    rig.release()
    await signingIn
    await rig.rest()
    assert.equal(ann.stream.text, 'welcome true\nbob: after\n')
    assert.equal(ann.connection.user, 'Ann')
  })

  it('comes to nothing where the connection is gone when the password is known to be right', async () => {
    const proof = Promise.withResolvers<Result<AccountProof, 'wrong-password'>>()
    const rig = await ConnectionRig.open({}, { prove: () => proof.promise }, ['ann'])
    const bob = await rig.user('bob')
    const ann = rig.connect((context) => ({
      received: () => context.signIn(signInAs('ann'), () => assert.fail('nobody is left to be told')),
    }))
    ann.stream.say('go\n')
    await rig.rest()
    ann.stream.breakOff()
    await rig.rest()
    proof.resolve({ ok: true, value: { version: rig.community.accounts.find(userNamed('ann'))!.version } })
    await rig.rest()
    assert.deepEqual(ann.calls, ['opened', 'go', 'closed'])
    assert.equal(bob.stream.text, '')
    assert.deepEqual(rig.errors, [])
  })

  it('is undone where the connection is closed when its place in the order is known', async () => {
    const rig = await ConnectionRig.open()
    const ann = rig.connect()
    rig.hold()
    void ann.context.signIn(signInAs('ann'), () => assert.fail('nobody is left to be told'))
    ann.stream.breakOff()
    await rig.rest()
    assert.deepEqual(ann.calls, ['opened', 'closed'])
    rig.release()
    await rig.rest()
    assert.deepEqual(rig.users, [])
    assert.deepEqual(rig.changes, ['test-1 ended'])
    assert.deepEqual(rig.errors, [])
  })

  it('has its time, which begins anew when the user leaves', async () => {
    const rig = await ConnectionRig.open({ signInSeconds: 5 })
    const [ann, bob] = [rig.connect(), rig.connect()]
    await rig.pass(4_999)
    await bob.context.signIn(signInAs('bob'), () => {})
    await rig.pass(1)
    assert.deepEqual(ann.calls, ['opened', 'farewell sign-in-timeout', 'closed'])
    await rig.pass(60_000)
    bob.context.signOut()
    await rig.pass(4_999)
    assert.deepEqual(bob.calls, ['opened'])
    await rig.pass(1)
    assert.deepEqual(bob.calls, ['opened', 'farewell sign-in-timeout', 'closed'])
    assert.deepEqual(rig.changes, ['test-2 signed-in', 'test-1 ended', 'test-2 signed-out', 'test-2 ended'])
  })

  it('is not too late while the password is looked at; and the server may still stop meanwhile', async () => {
    for (const stops of [false, true]) {
      const proof = Promise.withResolvers<Result<AccountProof, 'wrong-password'>>()
      const rig = await ConnectionRig.open({ signInSeconds: 5 }, { prove: () => proof.promise }, ['ann'])
      const ann = rig.connect((context) => ({ received: () => context.signIn(signInAs('ann'), () => {}) }))
      ann.stream.say('go\n')
      await rig.rest()
      await rig.pass(5_000)
      if (stops) ann.connection.disconnect('stopping')
      proof.resolve({ ok: true, value: { version: rig.community.accounts.find(userNamed('ann'))!.version } })
      await rig.rest()
      assert.deepEqual(ann.calls, ['opened', 'go', ...(stops ? ['farewell stopping', 'closed'] : [])])
      assert.deepEqual(rig.users, stops ? [] : ['ann'])
    }
  })

  it('of nobody in particular fails as the protocol lets in guests, or not (X-3)', async () => {
    const rig = await ConnectionRig.open({}, {}, ['ann'])
    await rig.user('bob')
    const why = async (how: Parameters<SessionContext<string>['signIn']>[0]): Promise<string> => {
      let told = ''
      await rig.connect().context.signIn(how, (result) => (told = result.ok ? 'ok' : result.fail))
      return told
    }
    const ann = signInAs('ann')
    assert.equal(await why({ ...ann, password: 'wrong' }), 'name-taken')
    assert.equal(await why({ ...ann, password: undefined }), 'name-taken')
    assert.equal(await why({ ...ann, password: 'wrong', guests: false }), 'wrong-password')
    assert.equal(await why({ ...signInAs('nobody'), guests: false }), 'wrong-password')
    assert.equal(await why({ ...signInAs(''), guests: false }), 'wrong-password')
    assert.equal(await why(signInAs('bob')), 'name-taken')
    assert.equal(await why(ann), 'ok')
    assert.equal(await why({ ...ann, guests: false, exclusive: true }), 'ok')
    assert.equal(await why({ ...ann, guests: false, exclusive: true }), 'wrong-password')
  })
  it('by the token of a device takes no password, until it is revoked', async () => {
    const rig = await ConnectionRig.open({}, {}, ['ann'])
    const { context: owner } = await rig.user('ann')
    const { token, hash } = owner.newDeviceToken()
    const ids: number[] = []
    await owner.submit({ do: 'device.add', label: 'laptop', hash }, (added) => added.ok && ids.push(added.value.id))
    const why = async (name: string, presented: string): Promise<string> => {
      let outcome = ''
      const how = { ...signInAs(name), exclusive: false, password: undefined, token: presented }
      await rig.connect().context.signIn(how, (result) => (outcome = result.ok ? 'ok' : result.fail))
      return outcome
    }
    const tries = [
      await why('ANN', token),
      await why('ann', `${token}x`),
      await why('bob', token),
      await why('', token),
    ]
    assert.deepEqual(tries, ['ok', ...Array(3).fill('wrong-password')])
    await owner.submit({ do: 'device.remove', id: ids[0]! }, () => {})
    assert.equal(await why('ann', token), 'wrong-password')
  })
})
