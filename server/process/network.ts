import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { forwardedHops } from './forwarded.ts';

/** Where a request came from. `loopback` addresses know no network limits. */
export interface Network {
  /** Key of the limits: the IPv4 address, or the /64 of an IPv6 address. */
  key: string;
  address: string;
  loopback: boolean;
}

/** What of a request tells where it came from. */
export interface Caller {
  headers: IncomingHttpHeaders;
  socket: { remoteAddress?: string | undefined };
}

const MAPPED_V4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

const QUOTED = /^"(.*)"$/;
const IN_BRACKETS = /^\[([^\]]+)\](?::\d{1,5})?$/;
const V4_AND_PORT = /^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/;
/** More of what could not be read than this is nobody's address. */
const SHOWN_LENGTH = 64;

/** The eight groups of an IPv6 address as numbers; only for addresses that `isIP` says are version 6. */
function groupsOf(address: string): number[] {
  const plain = address.split('%')[0] ?? '';
  const [head = '', tail] = plain.split('::');
  const numbers = (text: string) =>
    text === ''
      ? []
      : text.split(':').flatMap((group) => (group.includes('.') ? [0, 0] : [Number.parseInt(group, 16)]));
  const before = numbers(head);
  if (tail === undefined) return before;
  const after = numbers(tail);
  return [...before, ...Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0), ...after];
}

/** What the limits go by. A household gets a whole IPv6 /64, so single IPv6 addresses would be no limit at all. */
export function networkOf(rawAddress: string): Network {
  if (!rawAddress.includes(':')) return networkOfV4(rawAddress);
  const address = MAPPED_V4.exec(rawAddress)?.[1] ?? rawAddress;
  if (isIP(address) !== 6) return networkOfV4(address);
  const groups = groupsOf(address);
  const key = groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':');
  const loopback = groups.every((group, i) => group === (i === 7 ? 1 : 0));
  return { key: `${key}::/64`, address, loopback };
}

/** Nobody outside may know which networks share a mark. */
const MARK_SALT = Math.floor(Math.random() * 2 ** 31);

/**
 * A small number in place of the key, where thousands of connections each have to remember their network (FNV-1a, 30 bits and never 0);
 * 0 where no limits hold.
 */
export function markOf({ key, loopback }: Network): number {
  if (loopback) return 0;
  let hash = MARK_SALT;
  for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash >>> 2 || 1;
}

/** The /48 of an IPv6 network; an IPv4 address itself. */
export function widerKey({ key }: Network): string {
  return key.endsWith('::/64') ? `${key.split(':').slice(0, 3).join(':')}::/48` : key;
}

/** An address in any form that proxies write it in: bare, with a port, in brackets, in quotes. Null for anything else. */
function addressIn(hop: string): string | null {
  const bare = QUOTED.exec(hop)?.[1] ?? hop;
  const address = IN_BRACKETS.exec(bare)?.[1] ?? V4_AND_PORT.exec(bare)?.[1] ?? bare;
  return isIP(address) === 0 ? null : address;
}

/** A piece that is cut out of a header keeps the whole header in memory, and networks are remembered by the thousand. */
function ownCopy(address: string): string {
  return Buffer.from(address, 'latin1').toString('latin1');
}

function networkOfV4(address: string): Network {
  return { key: address, address, loopback: address.startsWith('127.') };
}

/** The two headers in which proxies write who spoke to them. */
type Way = 'x-forwarded-for' | 'forwarded';
/** Proxies whose way is remembered. */
const MOST_PROXIES = 1_000;

/** Finds a request's real network behind the proxies that the operator named. */
export class Networks {
  readonly #trusted = new BlockList();
  readonly #any: boolean;
  readonly #onUnreadable: (hop: string) => void;
  /**
   * In which header a proxy writes, by its address. A client may send the other one, and the proxy passes it on: so both together
   * tell nothing, and the first request that has only one tells which is the proxy's own.
   */
  readonly #ways = new Map<string, Way>();
  #hasTold = false;

  /**
   * `trustedProxies`: CIDRs or single addresses. Throws on what is neither. `onUnreadable`: told once of what such a proxy wrote in
   * the place of an address, since all who come through it are one network then.
   */
  constructor(trustedProxies: readonly string[], onUnreadable: (hop: string) => void) {
    this.#onUnreadable = onUnreadable;
    this.#any = trustedProxies.length > 0;
    for (const cidr of trustedProxies) {
      const [address = '', prefix] = cidr.split('/');
      const version = isIP(address);
      if (version === 0) throw new Error(`${cidr} is no address or CIDR of a trusted proxy`);
      const family = version === 4 ? 'ipv4' : 'ipv6';
      if (prefix === undefined) this.#trusted.addAddress(address, family);
      else this.#trusted.addSubnet(address, Number(prefix), family);
    }
  }

  of(req: Caller): Network {
    return networkOf(this.addressOf(req));
  }

  /** The network of who is connected, before they have sent anything; null for a trusted proxy, which brings everybody. */
  ofPeer(rawAddress: string): Network | null {
    return this.#any && this.#isTrusted(rawAddress) ? null : networkOf(rawAddress);
  }

  /** The address only: what `of` goes by, without working out the network. */
  addressOf(req: Caller): string {
    const peer = req.socket.remoteAddress ?? '';
    if (!this.#any || !this.#isTrusted(peer)) return peer;
    // Each proxy appends who spoke to it. Read from the right: everything left of the first address that no trusted
    // proxy owns was written by the client, who may write anything.
    const hops = this.#hopsOf(req, peer);
    let nearest = peer;
    for (let i = hops.length - 1; i >= 0; i -= 1) {
      const written = (hops[i] ?? '').trim();
      const hop = addressIn(written);
      if (hop === null) {
        this.#tell(written);
        break;
      }
      nearest = hop;
      if (!this.#isTrusted(hop)) break;
    }
    return nearest === peer ? peer : ownCopy(nearest);
  }

  #hopsOf({ headers }: Caller, proxy: string): string[] {
    const list = headers['x-forwarded-for'];
    const plain = Array.isArray(list) ? list.join(',') : list;
    const { forwarded } = headers;
    let way = this.#ways.get(proxy);
    if (way === undefined && (plain === undefined) !== (forwarded === undefined)) {
      way = plain === undefined ? 'forwarded' : 'x-forwarded-for';
      if (this.#ways.size < MOST_PROXIES) this.#ways.set(proxy, way);
    }
    return way === 'forwarded' ? forwardedHops(forwarded ?? '') : (plain ?? '').split(',');
  }

  #tell(hop: string): void {
    if (this.#hasTold || hop === '') return;
    this.#hasTold = true;
    this.#onUnreadable(hop.slice(0, SHOWN_LENGTH));
  }

  #isTrusted(rawAddress: string): boolean {
    const address = MAPPED_V4.exec(rawAddress)?.[1] ?? rawAddress;
    const version = isIP(address);
    return version !== 0 && this.#trusted.check(address, version === 4 ? 'ipv4' : 'ipv6');
  }
}
