export { CatchUp } from '../src/net/catch-up.ts'
export {
  MemoryServer,
  type LoggedError,
  type MemoryClient,
  type MemoryListener,
  type MemoryServerOptions,
} from './memory-server.ts'
export { MemoryStream } from './memory-stream.ts'
