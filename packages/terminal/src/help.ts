export const programExamples = `
Examples:
  parley serve                         every protocol on its default port, for this machine only
  parley chat ident://alice@localhost  talk, as alice
  parley user add alice                keep the name alice for whoever knows its password
  parley help serve                    everything that can be set

Exit codes: 0 done, 1 it failed, 2 the command was used wrongly.`

export const serveExamples = `
Examples:
  parley serve --host 0.0.0.0                          for everybody who reaches this machine
  parley serve --listen ident://:1337 --listen json:// these two protocols only
  parley serve --listen 'ident://127.0.0.1:0?texts=course'
                                                       any free port, with an option of the protocol
  parley serve --listen idents://[::]:1338 --tls-cert fullchain.pem --tls-key privkey.pem
  parley serve --config parley.jsonc --data /var/lib/parley --log-file parley.log

An s behind the protocol means TLS. Where standard output is no terminal, what listens where is printed as one JSON
line per listener and then {"event":"ready"}. Log lines are JSON, on standard error or in the file.`

export const userExamples = `
Examples:
  parley user add alice
  parley user passwd alice --password-file alice.txt
  parley user promote alice
  parley user list --data /var/lib/parley

A registered name needs its password on every protocol; over chatos, which has no place for one, it cannot sign in.`

export const backupExamples = `
Examples:
  parley backup parley-$(date +%F).db
  parley backup /backup/parley.db --data /var/lib/parley

A running server goes on meanwhile. The copy is read whole and checked before it is there. It holds the hashes of
passwords and the messages that wait: guard it as you guard the data.`

export const restoreExamples = `
Examples:
  parley restore parley-2026-11-21.db --data ~/try     into a new place, to see whether it works
  parley restore parley-2026-11-21.db --replace        in the place of what is there`

export const doctorNotes = `
Each finding is good, a warning or a problem, with what to do about it. While a server runs on the data its database is
not read: that server has checked it at its start, and parley backup checks the whole of a copy.
The exit code is 1 where something is a problem.`

export const adminExamples = `
Examples:
  parley admin list                                     who is here, by which protocol, from where
  parley admin ban eve --for 7d --reason spam           the name, guest or registered, whatever its case
  parley admin ban 192.0.2.0/24                         whoever comes from there
  parley admin level guests-silent                      guests may listen; no-guests: none may come; open: as usual
  parley admin slow 1/10                                everybody: one message in ten seconds
  parley admin log                                      what operators did

Bans, mutes, levels and the rate outlive the server, and can be changed while it does not run.`

export const topExamples = `
Examples:
  parley top
  parley top --once --url http://127.0.0.1:9464/metrics

Ends with q.`

export const hookExamples = `
Examples:
  parley hook add ci --to '#build'                     a bot that posts to the group build
  parley hook add relay --url https://example.org/in --hears '*' --hears '#build'
                                                       and one that is told what is said
  curl --json '{"text":"hello"}' http://localhost:7080/hooks/TOKEN

The server needs an http:// listener for bots to post. docs/webhooks.md says what is posted and how calls are signed.`

export const completionNotes = `
Put one of these where your shell begins:
  bash, ~/.bashrc                      source <(parley completion bash)
  zsh, ~/.zshrc, behind compinit       source <(parley completion zsh)
  fish, once                           parley completion fish > ~/.config/fish/completions/parley.fish`
