/**
 * Why a node's life is over. `silent`: the others did not hear of it for too long. `cut-off`: it does
 * not hear of itself.
 */
export type LifeEnd = 'silent' | 'cut-off'

/**
 * Why a node can take part no more at all. `replaced`: a process that began later has its name.
 * `trimmed`: the log begins behind where this node is. `rewound`: it ends before that.
 */
export type Unfit = 'replaced' | 'store-failed' | 'trimmed' | 'rewound'

/** For the operator. */
export const lifeEnds = {
  silent: 'the other nodes did not hear of this one for too long; everybody on it is disconnected, and it starts anew',
  'cut-off': 'NATS cannot be reached; everybody on this node is disconnected until it can',
} satisfies Record<LifeEnd, string>

/** For the operator. */
export const unfits = {
  replaced: 'another process takes part under the name of this node; give each its own with --node',
  'store-failed': 'the store takes nothing: this node is of no use, and ends. See whether its disk is full or broken',
  trimmed: 'this node was away for longer than the log reaches; start it again, and it takes a snapshot',
  rewound: 'the log ends before where this node is: NATS has lost something, and this node ends. See docs/cluster.md',
} satisfies Record<Unfit, string>
