export { connect, type NodeConnectOptions } from './connect.ts'
export { interopProfiles } from './interop-profiles.ts'
export { tcp, type TcpOptions } from './tcp.ts'
export { defaultTrustDirectory, TrustDirectory } from './trust-directory.ts'
