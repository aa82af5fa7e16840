import { BlockList, isIPv4, isIPv6 } from 'node:net'

/**
 * What is not on the public Internet: the special-purpose addresses that IANA lists, and those of
 * IPv6 that carry an IPv4 address within.
 */
const notPublic = new BlockList()
const ranges4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
]
const ranges6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']
for (const range of ranges4) addRange(range, 'ipv4')
for (const range of ranges6) addRange(range, 'ipv6')

/** Everything else of IPv6 is loopback, private, local, mapped, multicast or nobody's. */
const unicast6 = new BlockList()
unicast6.addSubnet('2000::', 3, 'ipv6')

/** Whether an address, as a resolver gives it, is on the public Internet. False for what is none. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !notPublic.check(address, 'ipv4')
  return isIPv6(address) && unicast6.check(address, 'ipv6') && !notPublic.check(address, 'ipv6')
}

function addRange(range: string, family: 'ipv4' | 'ipv6'): void {
  const [network = '', bits = ''] = range.split('/')
  notPublic.addSubnet(network, Number(bits), family)
}
