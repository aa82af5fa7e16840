import { accessSync, constants, statfsSync, statSync } from 'node:fs'
import type { DiskLimits } from '../config/settings.ts'
import { openToOthers } from '../store/access.ts'
import { checkDatabase } from '../store/check.ts'
import { defineChecksum } from '../store/checksum.ts'
import { countsOf } from '../store/contents.ts'
import { connect, databaseFile } from '../store/database.ts'
import { lockDataDirectory } from '../store/directory-lock.ts'
import { newestVersion, versionOf } from '../store/schema.ts'
import { systemReason } from '../system-reason.ts'
import { good, problem, warning, type Finding } from './finding.ts'

/** Of file systems whose locks are not to be trusted, the magic numbers of statfs(2). */
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
])
const mebibyte = 1_048_576

/** `isHeld`: whether a server holds the directory. */
export interface DataFindings {
  readonly findings: readonly Finding[]
  readonly isHeld: boolean
}

/** The data directory. Nothing in it is changed. `spoolBytes`: what files on their way may take. */
export function dataFindings(directory: string, spoolBytes: number, disk: DiskLimits): DataFindings {
  const found = statSync(directory, { throwIfNoEntry: false })
  if (!found) {
    const message = `There is no data directory ${directory}`
    return { findings: [warning('data', message, 'parley serve makes it, if it is the right one.')], isHeld: false }
  }
  try {
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const message = `${directory} cannot be used: ${systemReason(error)}`
    const todo = 'Let the user of the server own it, and run doctor as that user.'
    return { findings: [problem('data', message, todo)], isHeld: false }
  }
  const database = databaseFindings(directory)
  return {
    findings: [...database.findings, ...accessFindings(directory), ...diskFindings(directory, spoolBytes, disk)],
    isHeld: database.isHeld,
  }
}

function databaseFindings(directory: string): DataFindings {
  const file = databaseFile(directory)
  if (!statSync(file, { throwIfNoEntry: false })) {
    return { findings: [good('data', `${directory} has no database yet`)], isHeld: false }
  }
  const lock = lockDataDirectory(directory)
  if (!lock.ok) {
    if (lock.problem.kind !== 'directory-in-use') {
      return { findings: [problem('data', lock.problem.message, 'See above.')], isHeld: false }
    }
    const { holder } = lock.problem
    const who = holder ? `process ${holder.pid}, since ${holder.startedAt}` : 'it has not said who it is'
    const message = `A server holds ${directory} (${who}); it checked the database at its start`
    return { findings: [good('data', message)], isHeld: true }
  }
  try {
    return { findings: contentsFindings(file), isHeld: false }
  } catch (error) {
    const message = `${file} cannot be read: ${systemReason(error)}`
    return { findings: [problem('data', message, restore)], isHeld: false }
  } finally {
    lock.value.release()
  }
}

const restore = 'Keep a copy of it, and bring it back with parley restore --replace.'

function contentsFindings(file: string): readonly Finding[] {
  const database = connect(file, 1_000)
  try {
    const version = versionOf(database)
    if (version > newestVersion) {
      const message = `${file} was written by a newer Parley (schema ${version}, and this one knows ${newestVersion})`
      return [problem('data', message, 'Use the newer Parley.')]
    }
    if (version < newestVersion) {
      const message = `${file} is of an older Parley (schema ${version}); the next start brings it to ${newestVersion}`
      return [warning('data', message, 'Back it up before.')]
    }
    defineChecksum(database)
    const { structure, rows } = checkDatabase(database)
    if (structure !== null) return [problem('data', `${file} is damaged: ${structure}`, restore)]
    const { accounts, messages, groups, kept } = countsOf(database)
    const all = `${file} is sound: ${accounts} accounts, ${messages} waiting messages, ${groups} groups, ${kept} kept messages`
    if (rows.length === 0) return [good('data', all)]
    const names = [...new Set(rows.map(({ table, of }) => `${table} of ${of}`))].slice(0, 10).join(', ')
    const message = `${rows.length} rows of ${file} are not as they were written: ${names}`
    return [problem('data', message, 'See whether the disk is failing. Give accounts among them a new password.')]
  } finally {
    database.close()
  }
}

function accessFindings(directory: string): readonly Finding[] {
  return openToOthers(directory).map(({ path, mode, command }) => {
    return warning('data', `Other users may open ${path} (mode ${mode})`, `Run: ${command}`)
  })
}

function diskFindings(directory: string, spoolBytes: number, disk: DiskLimits): readonly Finding[] {
  const { type, bavail, bsize } = statfsSync(directory)
  const findings: Finding[] = []
  const network = networkFileSystems.get(type)
  if (network) {
    const message = `${directory} is on ${network}, whose locks are not to be trusted`
    findings.push(problem('data', message, 'Move the data to a local disk.'))
  }
  const free = bavail * bsize
  const shown = `${Math.floor(free / mebibyte)} MiB`
  if (free < disk.reserveBytes + 32 * mebibyte) {
    findings.push(problem('data', `The disk of ${directory} has only ${shown} left`, 'Make room there.'))
  } else if (free < disk.spoolLeavesBytes) {
    const message = `The disk of ${directory} has only ${shown} left, so files between protocols are refused`
    findings.push(warning('data', message, 'Make room there, or lower disk.spoolLeavesBytes.'))
  } else if (free < spoolBytes) {
    const message = `Files on their way may take more than the ${shown} that the disk of ${directory} has left`
    findings.push(warning('data', message, 'Make room there, or lower limits.spoolBytes.'))
  } else findings.push(good('data', `The disk of ${directory} has ${shown} left`))
  return findings
}
