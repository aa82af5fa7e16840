const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  EACCES: 'this user has no permission',
  EPERM: 'this user has no permission',
  EISDIR: 'it is a directory',
  ENOTDIR: 'part of the path is no directory',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EMFILE: 'this process may open no more files; raise its limit (ulimit -n, or LimitNOFILE= in the unit)',
  ENFILE: 'this machine may open no more files; close some programs or raise fs.file-max',
  ELOOP: 'its links go in circles',
  ENAMETOOLONG: 'the path is too long',
}

/** Why the operating system refused, in words that fit behind a colon. */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const known = 'code' in error && typeof error.code === 'string' ? reasons[error.code] : undefined
  return known ?? error.message
}
