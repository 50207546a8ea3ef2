/**
 * Which addresses an outbound request may reach. A URL in a setting must not become a way into our
 * own network: only globally reachable unicast addresses pass.
 */
import { BlockList, isIP } from 'node:net'

/** Not globally reachable (IANA IPv4 special-purpose address registry), and multicast. */
const BLOCKED_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]
/** Inside global unicast 2000::/3: protocol assignments with Teredo, documentation, 6to4, SRv6. */
const BLOCKED_V6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]
/** Global unicast, and the two prefixes that carry an IPv4 address (mapped, NAT64). */
const OPEN_V6: readonly (readonly [string, number])[] = [
  ['2000::', 3],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
]

const blocked = new BlockList()
const openV6 = new BlockList()
for (const [net, prefix] of BLOCKED_V4) {
  blocked.addSubnet(net, prefix, 'ipv4')
  blocked.addSubnet(`::ffff:${net}`, 96 + prefix, 'ipv6')
  blocked.addSubnet(`64:ff9b::${net}`, 96 + prefix, 'ipv6')
}
for (const [net, prefix] of BLOCKED_V6) blocked.addSubnet(net, prefix, 'ipv6')
for (const [net, prefix] of OPEN_V6) openV6.addSubnet(net, prefix, 'ipv6')

/**
 * True for a globally reachable unicast address; false for everything private, link-local, loopback,
 * reserved or multicast, for IPv6 forms that carry such an IPv4 address, and for what is no address.
 */
export function isPublicAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, '')
  switch (isIP(plain)) {
    case 4:
      return !blocked.check(plain, 'ipv4')
    case 6:
      return openV6.check(plain, 'ipv6') && !blocked.check(plain, 'ipv6')
    default:
      return false
  }
}
