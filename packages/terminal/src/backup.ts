import { administer, checkBackup, type CheckedBackup } from '@parley/server'
import { closeSync, copyFileSync, constants, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { settingsOf, type PlaceOptions } from './settings.ts'
import { complain, type ExitCode, type Streams } from './streams.ts'

/** `parley backup`: of the server that runs, or of the data where none does. The copy is read whole before it is there. */
export async function backup(file: string, options: PlaceOptions, streams: Streams): Promise<ExitCode> {
  const found = await settingsOf(options)
  if (!found.ok) return complain(streams, found.message, 2)
  const target = resolve(file)
  if (statSync(target, { throwIfNoEntry: false })) {
    return complain(streams, `${target} is there already; name a new file, or remove it first.`, 1)
  }
  const asked = await administer(found.settings.data, { do: 'backup' })
  if (!asked.ok) return complain(streams, asked.message, 1)
  if (!asked.result.ok) return complain(streams, failures[asked.result.fail], 1)
  const snapshot = asked.result.value
  try {
    return report(copyChecked(snapshot, target), target, streams)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return complain(streams, `The backup cannot be written: ${reason}.`, 1)
  } finally {
    rmSync(snapshot, { force: true })
  }
}

const failures = {
  'no-room': 'The disk of the data directory has no room for a copy. Make room there, as much as the database takes.',
  unavailable: 'The database cannot be read; the log of the server and parley doctor say why.',
} as const

/** A text: what is wrong with it. */
function copyChecked(snapshot: string, target: string): CheckedBackup | string {
  const part = `${target}.part`
  try {
    // Nobody else gets a moment to open it.
    closeSync(openSync(part, 'wx', 0o600))
    copyFileSync(snapshot, part, constants.COPYFILE_FICLONE)
    const checked = checkBackup(part)
    if (typeof checked === 'string') return checked
    const descriptor = openSync(part, 'r')
    fsyncSync(descriptor)
    closeSync(descriptor)
    renameSync(part, target)
    return checked
  } finally {
    rmSync(part, { force: true })
  }
}

function report(checked: CheckedBackup | string, target: string, streams: Streams): ExitCode {
  if (typeof checked === 'string') return complain(streams, `The copy is damaged and was not kept: ${checked}.`, 1)
  const { counts, damaged } = checked
  streams.output.write(`Saved ${shownCounts(counts)} to ${target}.\n`)
  if (damaged === 0) return 0
  return complain(streams, `${damaged} rows of it are not as they were written; see parley doctor.`, 1)
}

/** `3 accounts, 1 waiting message, 0 groups and 7 kept messages` */
export function shownCounts({ accounts, messages, groups, kept }: CheckedBackup['counts']): string {
  const some = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`
  const present = `${some(accounts, 'account')}, ${some(messages, 'waiting message')}, ${some(groups, 'group')}`
  return `${present} and ${some(kept, 'kept message')}`
}
