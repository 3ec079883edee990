import type { SeededRandom } from '../../e2e/server/testing/seeded-random.ts';
import type { Clockwork } from './clockwork.ts';
import type { Ears, Speech } from './ears.ts';
import type { HttpDoor } from './http-door.ts';
import type { Hire, Tongue } from './messages.ts';
import { NchanDialect } from './nchan-dialect.ts';
import { PollSpeech } from './poll-speech.ts';
import { ProductDialect } from './product-dialect.ts';
import { SocketIoDialect } from './socket-io-dialect.ts';
import { SseSpeech } from './sse-speech.ts';
import type { Transport } from './viewer.ts';
import { type Dialect, WsSpeech } from './ws-speech.ts';

const DIALECTS: Record<Tongue, new (ears: Ears) => Dialect> = {
  product: ProductDialect,
  'socket.io': SocketIoDialect,
  nchan: NchanDialect,
};

/** How each transport is spoken to this server. Peers of the product are spoken to by WebSocket only. */
export function speechesFor(
  { host, port, tongue }: Hire,
  { ears, door, clockwork, random }: { ears: Ears; door: HttpDoor; clockwork: Clockwork; random: SeededRandom },
): Record<Transport, Speech> {
  return {
    ws: new WsSpeech(ears, new DIALECTS[tongue](ears), `${host}:${port}`),
    sse: new SseSpeech(ears, door),
    poll: new PollSpeech({ ears, door, clockwork, random }),
  };
}
