/**
 * Ends this process where something keeps it up `graceMs` after it was called, and says what. Many
 * test files share a process, and a test that fails may leave a server or a timer open. Without this
 * the process would never end and never print its sums.
 */
export function failWhereLeftOpen(graceMs: number): void {
  const timer = setTimeout(() => {
    const open = process.getActiveResourcesInfo().join(', ')
    process.stderr.write(`All tests of this process have ended, and it still has something open: ${open}.\n`)
    // Without a code of its own the test runner ends well after a signal.
    process.exitCode = 1
    // The test runner prints its sums then.
    process.kill(process.pid, 'SIGTERM')
  }, graceMs)
  timer.unref()
}
