/**
 * What `read` yields. Whoever stops reading closes it at once, also before the first piece and while
 * one is waited for: a generator alone would do neither.
 */
export function closingIterable<T>(read: () => AsyncGenerator<T>, close: () => void): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const generator = read()
      return {
        next: () => generator.next(),
        return: () => {
          close()
          return generator.return(undefined)
        },
      }
    },
  }
}
