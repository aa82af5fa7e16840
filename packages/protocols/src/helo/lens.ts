import { dissectLines } from '../kit/fields.ts'

const lineEnd = ['line end', 'X-10'] as const
const [broadcast, group, kicked] = ['helo.txt 7.2 (4)', 'helo.txt 7.8 (3)', 'helo.txt 7.10 (5b)']
const [out, admin, prefix, isPrivate] = ['helo.txt 7.10 (5d)', 'H-7', 'H-6', 'H-8']

/** By the sections of the document. */
export const dissectHelo = dissectLines([
  {
    of: 'broadcast',
    shape: /^(BCST)( \[)(\w+)(\] )(.*)(\n)$/s,
    fields: [
      ['BCST', broadcast],
      ['bracket', broadcast],
      ['username', broadcast],
      ['bracket', broadcast],
      ['message', broadcast],
      lineEnd,
    ],
  },
  {
    of: 'private-message',
    shape: /^(BCST)( \[)(\w+)(\] )(\(private\) )(.*)(\n)$/s,
    fields: [
      ['BCST', isPrivate],
      ['bracket', isPrivate],
      ['sender', isPrivate],
      ['bracket', isPrivate],
      ['(private)', isPrivate],
      ['message', isPrivate],
      lineEnd,
    ],
  },
  {
    of: 'group-message',
    shape: /^(GROUP_MESSAGE)( )(?:(\w+)(: ))?(\[)(\w+)(\] )(.*)(\n)$/s,
    fields: [
      ['GROUP_MESSAGE', group],
      ['blank', group],
      ['group', prefix],
      ['colon', prefix],
      ['bracket', group],
      ['sender', group],
      ['bracket', group],
      ['message', group],
      lineEnd,
    ],
  },
  {
    shape: /^(GROUP_MESSAGE)( user )(\w+)( has been kicked out of group )(\w+)(\n)$/,
    fields: [
      ['GROUP_MESSAGE', kicked],
      ['user', kicked],
      ['memberToKick', kicked],
      ['has been kicked out', kicked],
      ['groupName', kicked],
      lineEnd,
    ],
  },
  {
    shape: /^(\+SUCCESS)( you have been kicked out of the group )(\w+)(\n)$/,
    fields: [['+SUCCESS', out], ['you have been kicked out', out], ['groupName', out], lineEnd],
  },
  {
    shape: /^(\+SUCCESS)( you are now the admin of group ")(\w+)(")(\n)$/,
    fields: [
      ['+SUCCESS', admin],
      ['you are now the admin', admin],
      ['groupName', admin],
      ['quotation mark', admin],
      lineEnd,
    ],
  },
])
