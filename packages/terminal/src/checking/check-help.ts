export const checkExamples = `
Examples:
  parley check helo://localhost:1347
  parley check json://localhost:1357 --level 1 --strict
  parley check cp://localhost:5035 --account ann:ann.password --account bob:bob.password
  parley check helo://chat.example.org ident://chat.example.org   also what passes between the two
  parley check ident://localhost:1337 --reporter junit > report.xml

The names are made fresh each time, and others may use the server meanwhile. Accounts should be there for this alone:
what waits in their mailboxes is taken out. Exit codes: 0 nothing failed, 1 something did, 2 wrong usage.`

export const judgeExamples = `
Examples:
  parley check client helo -- node client.js {host} {port}
  parley check client ident --type judy -- java -jar client.jar --port {port}

For each demand the client is started anew, and ended afterwards with all that it started. What --type says is typed
into it, a line each; its input stays open.`

export const recordExamples = `
Examples:
  parley record helo://localhost:1347 --listen localhost:2347 --output kick.transcript
  parley record helo://localhost ident://localhost --listen localhost:2347 --listen localhost:2337

Ctrl-C ends it. Passwords are not written down: the transcript has accounts of its own. Connections to other ports,
which move the bytes of files, do not pass here.`

export const tapExamples = `
Examples:
  parley tap chatos://localhost:7777 --listen localhost:8777
  parley tap cp://localhost:5035 --bytes

Ctrl-C ends it.`
