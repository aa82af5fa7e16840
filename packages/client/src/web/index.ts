export { connectPage, type PageUrl } from './connect-page.ts'
export { webSocket } from './web-socket.ts'
