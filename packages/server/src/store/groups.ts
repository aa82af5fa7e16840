import { done, fail, keyOf, type GroupRecord, type Store } from '@parley/core'
import type { DatabaseSync } from 'node:sqlite'
import type { GroupCommit } from './group-commit.ts'

/** Groups of registered users (H-7). That a group goes with its last member is the schema's work. */
export function sqliteGroups(database: DatabaseSync, commits: GroupCommit): Store['groups'] {
  const records = `
    SELECT name,
      (SELECT json_group_array(accounts.name ORDER BY members.id) FROM members JOIN accounts ON accounts.id = account
        WHERE group_id = groups.id) AS members,
      (SELECT json_group_array(bans.key) FROM bans WHERE group_id = groups.id) AS banned
    FROM groups`
  const list = database.prepare(`${records} ORDER BY id`)
  const find = database.prepare(`${records} WHERE key = ?`)
  const account = database.prepare('SELECT id FROM accounts WHERE key = ?')
  const addGroup = database.prepare('INSERT INTO groups (key, name) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const addMember = database.prepare(`
    INSERT INTO members (group_id, account) VALUES ((SELECT id FROM groups WHERE key = ?), ?) ON CONFLICT DO NOTHING`)
  const removeMember = database.prepare(`
    DELETE FROM members
    WHERE group_id = (SELECT id FROM groups WHERE key = ?) AND account = (SELECT id FROM accounts WHERE key = ?)`)
  const ban = database.prepare(`
    INSERT INTO bans (group_id, key) SELECT groups.id, value FROM groups, json_each(?) WHERE groups.key = ?
    ON CONFLICT DO NOTHING`)

  return {
    list: () => commits.read(() => list.all().map(recordOf)),
    find: (key) =>
      commits.read(() => {
        const row = find.get(key)
        return row ? recordOf(row) : null
      }),
    join: ({ name, banned }, member) =>
      commits.change(() => {
        const found = account.get(member)
        if (!found) return fail('no-such-account')
        const key = keyOf(name)
        if (addGroup.run(key, name).changes > 0) ban.run(JSON.stringify([...banned]), key)
        addMember.run(key, Number(found['id']))
        return done
      }),
    leave: (key, member) =>
      commits.change(() => {
        removeMember.run(key, member)
        return done
      }),
    ban: (key, user) =>
      commits.change(() => {
        ban.run(JSON.stringify([user]), key)
        removeMember.run(key, user)
        return done
      }),
  }
}

function recordOf(row: object): GroupRecord {
  const { name, members, banned } = row as { name: GroupRecord['name']; members: string; banned: string }
  return {
    name,
    members: JSON.parse(members) as GroupRecord['members'],
    banned: JSON.parse(banned) as GroupRecord['banned'],
  }
}
