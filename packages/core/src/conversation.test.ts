import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { groupNamed, named } from '../testing/names.ts'
import { conversationKey } from './conversation.ts'

describe('the key of a conversation', () => {
  it('is the same for both of two users, in any case', () => {
    const ofAnn = conversationKey({ with: 'user', user: named('Bob') }, named('ann'))
    assert.equal(ofAnn, conversationKey({ with: 'user', user: named('ANN') }, named('bob')))
    assert.notEqual(ofAnn, conversationKey({ with: 'user', user: named('cas') }, named('ann')))
  })

  it('differs between everybody, a group and a user of the same name', () => {
    const me = named('ann')
    const keys = [
      conversationKey({ with: 'everyone' }, me),
      conversationKey({ with: 'group', group: groupNamed('bob') }, me),
      conversationKey({ with: 'user', user: named('bob') }, me),
    ]
    assert.equal(new Set(keys).size, 3)
  })
})
