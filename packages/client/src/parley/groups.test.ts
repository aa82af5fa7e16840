import assert from 'node:assert/strict'
import { it } from 'node:test'
import { scriptedParley } from '../../suites/scripted-parley.ts'
import { told, until } from '../../suites/told.ts'

it('groups by parley are told, joined twice without harm, and handed on', async (t) => {
  const server = await scriptedParley(t, async (peer) => {
    await peer.welcomes()
    const listed = { name: 'cooks', admin: 'bob', joined: true, size: 2, members: ['bob', 'ann'] }
    await peer.serves('groups', { groups: [listed, { name: 'readers', admin: 'cem', joined: false, size: 1 }] })
    peer.refuses(await peer.hears('group-join'), 'already-a-member')
    peer.refuses(await peer.hears('group-join'), 'banned', 'You are banned from that group.')
    assert.equal((await peer.serves('group-hand-on'))['user'], 'bob')
    await peer.serves('group-leave')
    peer.says({ event: 'group-joined', seq: 100, at: 1, group: 'cooks', user: 'dora' })
    peer.says({ event: 'group-kicked', seq: 101, at: 1, group: 'readers' })
  })
  const chat = server.chat()
  const heard = told(chat)
  await chat.start()
  assert.deepEqual(await chat.groups.list(), [
    { name: 'cooks', admin: 'bob', members: 2, names: ['bob', 'ann'] },
    { name: 'readers', admin: 'cem', members: 1 },
  ])
  await chat.groups.join('cooks')
  await assert.rejects(chat.groups.join('readers'), { code: 'refused', message: /banned/ })
  await chat.groups.handOn('cooks', 'bob')
  await chat.groups.leave('cooks')
  await until(() => heard.some(([event]) => event === 'notice'))
  assert.deepEqual(
    heard.flatMap(([event, what]) => (event === 'group-changed' ? [what] : [])),
    [{ group: 'cooks' }, { group: 'readers' }],
  )
  assert.deepEqual(
    heard.flatMap(([event, what]) => (event === 'membership' ? [what] : [])),
    [
      { group: 'cooks', isMember: true },
      { group: 'cooks', isMember: true },
      { group: 'cooks', isMember: false },
      { group: 'readers', isMember: false },
    ],
  )
})
