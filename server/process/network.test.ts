import type { IncomingMessage } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Networks, networkOf } from './network.ts';

const from = (remoteAddress: string, forwarded: string | null) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === null ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

describe('the network of an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7', false],
    ['::ffff:203.0.113.7', '203.0.113.7', false],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', false],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64', false],
    ['2001:db8::1', '2001:db8:0:0::/64', false],
    ['fe80::1%eth0', 'fe80:0:0:0::/64', false],
    ['127.0.0.1', '127.0.0.1', true],
    ['127.9.9.9', '127.9.9.9', true],
    ['::ffff:127.0.0.1', '127.0.0.1', true],
    ['::1', '0:0:0:0::/64', true],
    ['::2', '0:0:0:0::/64', false],
  ])('of %s is %s', (address, key, loopback) => {
    expect(networkOf(address)).toMatchObject({ key, loopback });
  });
});

describe('behind proxies', () => {
  const networks = new Networks(['10.0.0.0/8', '192.0.2.1', '2001:db8:ffff::/48'], () => {});
  const addressOf = (peer: string, forwarded: string | null) => networks.addressOf(from(peer, forwarded));

  it('the nearest address that no trusted proxy owns is the viewer', () => {
    expect(addressOf('10.1.2.3', '203.0.113.7')).toBe('203.0.113.7');
    expect(addressOf('::ffff:10.1.2.3', '203.0.113.7, 10.9.9.9, 192.0.2.1')).toBe('203.0.113.7');
    expect(addressOf('2001:db8:ffff::1', '2001:db8::7')).toBe('2001:db8::7');
  });

  it('what the viewer wrote into the header is not believed', () => {
    expect(addressOf('10.1.2.3', '127.0.0.1, 203.0.113.7')).toBe('203.0.113.7');
    expect(addressOf('10.1.2.3', '1.2.3.4, nonsense')).toBe('10.1.2.3');
    expect(addressOf('10.1.2.3', null)).toBe('10.1.2.3');
  });

  it('a peer that is no trusted proxy is the viewer, whatever it says', () => {
    expect(addressOf('203.0.113.9', '1.2.3.4')).toBe('203.0.113.9');
    expect(new Networks([], () => {}).addressOf(from('10.1.2.3', '1.2.3.4'))).toBe('10.1.2.3');
  });

  it('a proxy that is no address is refused at the start', () => {
    expect(() => new Networks(['proxy.example'], () => {})).toThrow(/proxy.example/);
  });

  it.each([
    ['203.0.113.7:51234', '203.0.113.7'],
    ['"203.0.113.7:51234"', '203.0.113.7'],
    ['"203.0.113.7"', '203.0.113.7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['[2001:db8::7]:443', '2001:db8::7'],
    ['"[2001:db8::7]:443"', '2001:db8::7'],
    ['::ffff:203.0.113.7', '::ffff:203.0.113.7'],
    ['[::ffff:203.0.113.7]:80', '::ffff:203.0.113.7'],
    ['198.51.100.1:1, 203.0.113.7:51234, 10.9.9.9:8080', '203.0.113.7'],
  ])('an address is read as the proxy writes it: %s', (forwarded, address) => {
    expect(addressOf('10.1.2.3', forwarded)).toBe(address);
  });

  it('two viewers whose ports are written with them are two networks', () => {
    const keys = ['203.0.113.7:51234', '203.0.113.7:51235', '203.0.113.8:51234'].map(
      (forwarded) => networks.of(from('10.1.2.3', forwarded)).key,
    );
    expect(keys).toEqual(['203.0.113.7', '203.0.113.7', '203.0.113.8']);
  });

  it('what can’t be read is told once, and stands for the proxy', () => {
    const told: string[] = [];
    const own = new Networks(['10.0.0.0/8'], (hop) => told.push(hop));
    for (const odd of [
      'unknown',
      '_hidden',
      '203.0.113.7:port',
      '[2001:db8::7',
      `x${'y'.repeat(500)}`,
      '203.0.113.7:123456',
    ]) {
      expect(own.addressOf(from('10.1.2.3', odd))).toBe('10.1.2.3');
    }
    expect(told).toEqual(['unknown']);
    // An empty header is none.
    const quiet = new Networks(['10.0.0.0/8'], (hop) => told.push(hop));
    expect(quiet.addressOf(from('10.1.2.3', ''))).toBe('10.1.2.3');
    expect(told).toEqual(['unknown']);
  });

  it('who writes the header without being a proxy is not heard, and fills no log', () => {
    const told: string[] = [];
    expect(new Networks(['10.0.0.0/8'], (hop) => told.push(hop)).addressOf(from('203.0.113.9', 'odd'))).toBe(
      '203.0.113.9',
    );
    expect(told).toEqual([]);
  });

  it.each([
    ['for=203.0.113.7', '203.0.113.7'],
    ['For="203.0.113.7:51234"', '203.0.113.7'],
    ['for="[2001:db8::7]:443"', '2001:db8::7'],
    ['proto=https;for=203.0.113.7;by=10.1.2.3', '203.0.113.7'],
    ['for=198.51.100.1, for=203.0.113.7;proto=http, for=10.9.9.9', '203.0.113.7'],
    ['for="_a,b", for="203.0.113.7"', '203.0.113.7'],
    ['by=203.0.113.7', '10.1.2.3'],
    ['for=unknown', '10.1.2.3'],
    ['for=_hidden, for=10.9.9.9', '10.9.9.9'],
    // What a client left open swallows nothing of what the proxy wrote.
    ['for="x, for=203.0.113.7', '203.0.113.7'],
    ['for="x, for="[2001:db8::7]:443"', '2001:db8::7'],
    ['not=for=1.2.3.4;for=203.0.113.7', '203.0.113.7'],
    ['xfor=1.2.3.4', '10.1.2.3'],
    ['', '10.1.2.3'],
  ])('Forwarded is read as RFC 7239 has it: %s', (forwarded, address) => {
    const own = new Networks(['10.0.0.0/8'], () => {});
    expect(own.addressOf({ headers: { forwarded }, socket: { remoteAddress: '10.1.2.3' } })).toBe(address);
  });

  it('of the two headers the one is believed that the proxy writes, whatever a client puts into the other', () => {
    const [spoofed, real] = ['1.2.3.4', '203.0.113.7'];
    const own = new Networks(['10.0.0.0/8'], () => {});
    const seen = (proxy: string, headers: Record<string, string>) =>
      own.addressOf({ headers, socket: { remoteAddress: proxy } });
    // Both together teach nothing: either may be the client's.
    seen('10.0.0.1', { 'x-forwarded-for': real, forwarded: `for=${spoofed}` });
    seen('10.0.0.2', { 'x-forwarded-for': spoofed, forwarded: `for=${real}` });
    // Any browser that comes teaches it.
    expect(seen('10.0.0.1', { 'x-forwarded-for': real })).toBe(real);
    expect(seen('10.0.0.2', { forwarded: `for=${real}` })).toBe(real);
    expect(seen('10.0.0.1', { 'x-forwarded-for': real, forwarded: `for=${spoofed}` })).toBe(real);
    expect(seen('10.0.0.2', { 'x-forwarded-for': spoofed, forwarded: `for=${real}` })).toBe(real);
    // Without its own header a proxy speaks for itself.
    expect(seen('10.0.0.1', { forwarded: `for=${spoofed}` })).toBe('10.0.0.1');
    expect(seen('10.0.0.2', { 'x-forwarded-for': spoofed })).toBe('10.0.0.2');
  });

  it('a header of nothing but commas takes four times as long where it is four times as long, and not sixteen times', () => {
    const own = new Networks(['10.0.0.0/8'], () => {});
    const tookMs = (commas: number) => {
      const caller = { headers: { forwarded: ','.repeat(commas) }, socket: { remoteAddress: '10.1.2.3' } };
      const times = Array.from({ length: 7 }, () => {
        const startedMs = performance.now();
        own.addressOf(caller);
        return performance.now() - startedMs;
      });
      return Math.min(...times);
    };
    tookMs(8_000);
    expect(tookMs(32_000) / tookMs(8_000)).toBeLessThan(9);
  });

  it('who writes Forwarded without being a proxy is not heard', () => {
    const own = new Networks(['10.0.0.0/8'], () => {});
    const caller = { headers: { forwarded: 'for=1.2.3.4' }, socket: { remoteAddress: '203.0.113.9' } };
    expect(own.addressOf(caller)).toBe('203.0.113.9');
  });
});

it('keep no header in memory by the address that was cut out of it', () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const networks = new Networks(['10.0.0.1'], () => {});
  gc();
  const before = process.memoryUsage().heapUsed;
  const kept = Array.from({ length: 2_000 }, (_, i) => {
    const header = Buffer.alloc(30_000, 'x').toString();
    return networks.of(from('10.0.0.1', `${header}, 203.0.113.${100 + (i % 100)}`)).key;
  });
  gc();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000);
  expect(kept).toContain('203.0.113.150');
});
