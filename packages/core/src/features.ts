import { Accounts } from './accounts.ts'
import { Backups } from './backups.ts'
import { Deletions } from './deletions.ts'
import { Devices } from './devices.ts'
import { Files } from './files.ts'
import { Game } from './game.ts'
import { Groups } from './groups.ts'
import { History } from './history.ts'
import { HookPosts } from './hook-posts.ts'
import { Hooks } from './hooks.ts'
import { KeptBytes } from './kept-bytes.ts'
import { Keys } from './keys.ts'
import { Mailboxes } from './mailboxes.ts'
import { Marks } from './marks.ts'
import { Moderation } from './moderation.ts'
import { Nodes } from './nodes.ts'
import { settingsInOrder, type CommunitySettings } from './settings.ts'
import { Talk } from './talk.ts'
import { Tunnels } from './tunnels.ts'
import { Users } from './users.ts'

/** All that a community is made of: each has its own state, and carries out its own commands. */
export class Features {
  /** The others read it at each use: the operator may change it. */
  readonly settings: CommunitySettings
  readonly nodes = new Nodes()
  readonly moderation = new Moderation()
  readonly accounts = new Accounts()
  readonly users = new Users(this.accounts)
  readonly devices = new Devices(this.accounts, this.users)
  readonly hooks = new Hooks(this.accounts, this.users)
  readonly game = new Game(this.users)
  readonly backups = new Backups(this.users)
  readonly mailboxes: Mailboxes
  readonly history: History
  readonly groups: Groups
  readonly keys: Keys
  readonly files: Files
  readonly talk: Talk
  readonly posts: HookPosts
  readonly deletions: Deletions
  readonly tunnels: Tunnels
  readonly marks: Marks

  constructor(settings: CommunitySettings) {
    this.settings = settingsInOrder(settings)
    this.mailboxes = new Mailboxes(this.accounts, this.users, this.settings)
    this.history = new History(this.settings)
    this.groups = new Groups(this.users, this.history, this.hooks, this.settings)
    const kept = new KeptBytes(this.settings)
    this.keys = new Keys(this.accounts, this.users, this.history, kept)
    this.files = new Files(this.users, this.settings, kept)
    this.talk = new Talk(this.users, this.mailboxes, this.history, this.hooks)
    this.posts = new HookPosts(this.hooks, this.talk, this.groups)
    this.deletions = new Deletions(this.users, this.groups, this.history, this.mailboxes, this.hooks)
    this.tunnels = new Tunnels(this.users, this.settings)
    this.marks = new Marks(this.accounts, this.users, this.groups)
  }
}
