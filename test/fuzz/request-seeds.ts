/** What is said over HTTP, to the socket of the operator and in a configuration file, before it is spoiled. */
export const httpSeeds: readonly string[] = [
  'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n\x81\x82\0\0\0\0{}',
  'POST /hooks/abcdef HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"text":"hi"}',
  'POST /hooks/a%2f..%2f HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n',
  'GET /../../etc/passwd?a=%00 HTTP/1.0\r\nRange: bytes=0-\r\nCookie: a=b\r\n\r\n',
  'HEAD / HTTP/1.1\r\nHost: [::1\r\nOrigin: null\r\nAccept-Encoding: gzip, br\r\n\r\n',
]

export const adminSeeds: readonly string[] = [
  '{"version":1,"do":"user.add","name":"zoe","password":"secret12"}',
  '{"version":1,"do":"user.remove","name":"zoe"}',
  '{"version":1,"do":"user.list"}',
  '{"version":1,"do":"backup"}',
  '{"version":1,"do":"hook.add","name":"ci","to":"#build","url":null,"hears":["*"],"by":"root"}',
  '{"version":1,"do":"sanction.put","measure":"ban","subject":{"kind":"address","value":"192.0.2.0/24"},"reason":"","seconds":60,"by":"root"}',
  '{"version":1,"do":"sanction.remove","measure":"mute","subject":{"kind":"name","value":"eve"},"by":"root"}',
  '{"version":1,"do":"slow.set","rate":{"messages":1,"seconds":10},"by":"root"}',
  '{"version":1,"do":"level.set","level":"open","by":"root"}',
  '{"version":1,"do":"announce","text":"hi","by":"root"}',
  '{"version":1,"do":"user.kick","name":"eve","reason":"","by":"root"}',
]

export const configSeeds: readonly string[] = [
  '{ "listen": ["ident://127.0.0.1:1337?texts=course", "http://[::1]:7080"], "name": "x", // a comment\n "data": "d", }',
  '{ "limits": { "messageRate": "20/5", "transferPorts": "5000-5100", "frame": 65536, "memory": 268435456 } }',
  '{ "mailbox": { "perPair": 1000, "guestShare": 0.25 }, "passwords": { "perName": 100 }, "disk": { "reserveBytes": 0 } }',
  '{ "tls": { "certificate": "a.pem", "key": "b.pem" }, "log": { "file": "x", "level": "debug" }, "history": "off" }',
  '{ "hooks": { "privateAddresses": true }, "adminListen": "127.0.0.1:9464", "host": "chat.example.org" }',
]
