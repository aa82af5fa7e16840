export const chatExamples = `
Examples:
  parley chat ident://alice@localhost
  parley chat helos://alice@chat.example.org --ca private-ca.pem
  printf '/msg bob the build is done\\n/quit\\n' | parley chat json://build@localhost

Where standard input is no terminal, it is read line by line, and the exit code is 1 when something failed.
A password is never part of the URL: it comes from --password-file, from PARLEY_PASSWORD, or is asked for.`

export const sendExamples = `
Examples:
  parley send json://build@localhost the build is done
  tail -f log | parley send ident://watch@localhost --to alice -
  parley send helo://alice@localhost --to bob report.pdf

A text goes as one message per line. A private message is sealed where both sides can.`

export const usersNotes = `
No protocol lists its users to somebody who has not signed in, so the command signs in, asks and leaves. On a Parley
server everybody on ident and json hears that, whichever protocol is used. On a server that speaks helo alone nobody
does: helo has no words for who comes and goes.`

export const tunnelExamples = `
Examples:
  parley tunnel accept chatos://bob@host --to localhost:3000 --from alice
  parley tunnel ask chatos://alice@host bob --listen 8080

Every connection to the port is a tunnel of its own, eight at a time; more wait for their turn.`
