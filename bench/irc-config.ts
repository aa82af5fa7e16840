/**
 * What the IRC servers are told, so that the comparison is fair: loopback only, no look-ups of
 * names or users, no limits that slow a talker down or drop a slow reader, and as many connections
 * as the system allows.
 */
export function inspircdConfig(port: number, directory: string): string {
  return `<config format="xml">
<path configdir="${directory}" datadir="${directory}" logdir="${directory}" runtimedir="${directory}">
<server name="bench.local" description="bench" network="bench">
<admin name="bench" nick="bench" email="bench@bench.local">
<bind address="127.0.0.1" port="${port}" type="clients">
<connect name="all" allow="*" timeout="60" pingfreq="3600" maxchans="10" limit="100000" localmax="100000"
  globalmax="100000" maxconnwarn="off" fakelag="off" threshold="1000000" commandrate="1000000000" recvq="1000000"
  softsendq="1000000000" hardsendq="1000000000" resolvehostnames="no" useident="no" useconnectban="no">
<dns enabled="no" server="127.0.0.1" timeout="1">
<performance softlimit="100000" somaxconn="4096" netbuffersize="65534" quietbursts="yes">
<log method="file" type="*" level="default" target="${directory}/inspircd.log">
`
}

export function ngircdConfig(port: number, directory: string): string {
  return `[Global]
  Name = bench.local
  Info = bench
  Listen = 127.0.0.1
  Ports = ${port}
  MotdFile = ${directory}/none
[Limits]
  MaxConnections = 0
  MaxConnectionsIP = 0
  MaxJoins = 0
  MaxNickLength = 30
  MaxPenaltyTime = 0
  PingTimeout = 3600
[Options]
  DNS = no
  Ident = no
  PAM = no
  RequireAuthPing = no
`
}
