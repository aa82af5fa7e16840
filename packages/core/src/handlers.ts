import { AccountChanges } from './account-changes.ts'
import type { Command, CommandNamed, Results } from './commands.ts'
import type { Connections } from './connections.ts'
import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import type { Features } from './features.ts'
import { done, fail } from './result.ts'
import { settingsInOrder } from './settings.ts'
import { resetTo } from './snapshot.ts'

export type Handlers = { readonly [D in Command['do']]: (entry: Entry<CommandNamed<D>>, out: Effects) => Results[D] }

/** Every command and what carries it out. */
export function handlersOf(features: Features, connections: Connections): Handlers {
  const { users, mailboxes, groups, keys, game, files, tunnels, moderation, hooks, nodes } = features
  const { talk, posts, deletions, marks, backups, devices } = features
  const accounts = new AccountChanges(features, connections)
  return {
    arrive: (entry, out) => connections.arrive(entry, out),
    leave: ({ seq, command }, out) => {
      connections.leave(command.connection, seq, out)
      return done
    },
    'node.join': (entry, out) => {
      const before = nodes.before(entry.command)
      const joined = nodes.join(entry)
      if (joined.ok && before) connections.nodeLeaves(before.id, entry.seq, out)
      return joined
    },
    'node.beat': (entry) => nodes.beat(entry),
    'node.leave': ({ seq, command: { node } }, out) => {
      connections.nodeLeaves(node, seq, out)
      return done
    },
    'message.delete': (entry, out) => deletions.delete(entry, out),
    broadcast: (entry, out) => talk.broadcast(entry, out),
    tell: (entry, out) => talk.tell(entry, out),
    'mailbox.acknowledge': (entry, out) => mailboxes.acknowledge(entry, out),
    'group.create': (entry, out) => groups.create(entry, out),
    'group.join': (entry, out) => groups.join(entry, out),
    'group.leave': (entry, out) => groups.leave(entry, out),
    'group.kick': (entry, out) => groups.kick(entry, out),
    'group.hand-on': (entry, out) => groups.handOn(entry, out),
    'group.seal': (entry, out) => groups.seal(entry, out),
    'group.say': (entry, out) => groups.say(entry, out),
    'key.publish': (entry, out) => keys.publish(entry, out),
    'key.request': (entry, out) => keys.request(entry, out),
    'session-key.send': (entry, out) => keys.sendSessionKey(entry, out),
    'sealed.send': (entry, out) => keys.send(entry, out),
    'game.start': (entry, out) => game.start(entry, out),
    'game.join': (entry) => game.join(entry),
    'game.guess': (entry, out) => game.guess(entry, out),
    'file.offer': (entry, out) => files.offer(entry, out),
    'file.accept': (entry, out) => files.accept(entry, out),
    'file.refuse': (entry, out) => files.refuse(entry, out),
    'file.resume': (entry) => files.resume(entry),
    'file.sent': (entry) => files.sent(entry),
    'file.spooled': (entry, out) => files.spooled(entry, out),
    'file.end': (entry, out) => files.end(entry, out),
    'tunnel.ask': (entry, out) => tunnels.ask(entry, out),
    'tunnel.abort': (entry, out) => tunnels.abort(entry, out),
    'tunnel.join': (entry, out) => tunnels.join(entry, out),
    'tunnel.lost': (entry, out) => tunnels.lost(entry, out),
    'tunnel.closed': (entry) => tunnels.closed(entry),
    'account.add': (entry, out) => accounts.add(entry, out),
    'account.password': (entry, out) => accounts.setPassword(entry, out),
    'account.remove': (entry, out) => accounts.remove(entry, out),
    'device.add': (entry, out) => devices.add(entry, out),
    'device.remove': (entry, out) => accounts.removeDevice(entry, out),
    'mark.read': (entry, out) => marks.read(entry, out),
    'backup.put': (entry, out) => backups.put(entry, out),
    'sanction.put': (entry, out) => {
      const put = moderation.put(entry, out)
      if (put.ok && entry.command.measure === 'ban') connections.endBanned(entry, out.atOnce)
      return put
    },
    'sanction.remove': (entry, out) => moderation.remove(entry, out),
    'user.kick': (entry, out) => {
      const { writable, seq, command } = entry
      if (!writable) return fail('unavailable')
      const kicked = users.find(command.name)?.connections
      if (!kicked) return fail('no-such-user')
      for (const { id } of kicked) connections.end(id, 'removed', seq, out.atOnce)
      return moderation.kicked(entry, out)
    },
    'level.set': (entry, out) => moderation.setLevel(entry, out),
    'slow.set': (entry, out) => moderation.setSlow(entry, out),
    announce: (entry, out) => moderation.announce(entry, out),
    'admin.set': (entry, out) => {
      const account = features.accounts.find(entry.command.name)
      return account ? moderation.setAdmin(entry, out) : fail('no-such-account')
    },
    'audit.note': (entry, out) => moderation.note(entry, out),
    'settings.change': ({ command: { settings } }) => {
      Object.assign(features.settings, settingsInOrder(settings))
      return done
    },
    'hook.add': (entry, out) => hooks.add(entry, out),
    'hook.remove': (entry, out) => hooks.remove(entry, out),
    'hook.post': (entry, out) => posts.post(entry, out),
    'hook.delivered': (entry, out) => hooks.delivered(entry, out),
    'hook.failed': (entry, out) => hooks.failed(entry, out),
    tick: () => done,
    'store.reset': ({ seq, command }, out) => {
      resetTo(features, command.state, out)
      // Whoever signed in under an account that is not as the store has it is ended as by any other change of it.
      for (const name of users.names()) connections.endOthers(name, seq, out)
      return done
    },
  }
}
