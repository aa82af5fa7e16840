const requestLine = /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI) /

/**
 * Whether the first line of a stream is one of HTTP (RFC 9112, 3): its methods are no commands of
 * ours.
 */
export function isHttpRequest(firstLine: string): boolean {
  return requestLine.test(firstLine)
}
