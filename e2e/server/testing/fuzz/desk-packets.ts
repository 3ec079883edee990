/** What a desk's socket may be sent: packets of Engine.IO and Socket.IO, nearly right. */
import type { SeededRandom } from '../seeded-random.ts';
import type { ApiDocument, Json } from '../stranger/api-document.ts';
import { AsyncChannel } from '../stranger/async-channel.ts';
import { ODD_VALUES, type Sampler } from './sampler.ts';

const NAMES = [
  'connect',
  'disconnect',
  'disconnecting',
  'error',
  'newListener',
  'snapshot',
  'vitals',
  '',
  'toString',
  '__proto__',
];
const ACKS = ['', '', '1', '1', '0', '-1', '1e3', '99999999999999999999', '2'];
const NAMESPACES = ['', '', '', '', '', '/,', '/x,', '/x?a=b,', '/', '/'.repeat(300)];
/** Engine.IO's own and such as are none; then Socket.IO's, within a message. */
const KINDS = ['0', '1', '2', '3', '5', '6', '4', '40', '41', '43', '44', '45', '46', '49', 'b', ''];

export interface Packet {
  /** Text of a text frame, or the bytes of a binary one. */
  payload: Buffer;
  isBinary: boolean;
}

export interface PacketsOptions {
  random: SeededRandom;
  sampler: Sampler;
  document: ApiDocument;
  /** Whether a message of this name may carry this, where it does harm by being right. */
  isTaken: (message: Json) => boolean;
}

/** Makes the packets of one event after the other that the document lets a desk send, so that a new one is among them by itself. */
export function deskPackets({ random, sampler, document, isTaken }: PacketsOptions): () => Packet[] {
  const events = [...new AsyncChannel(document, 'desk').toServer];
  const payloadOf = (event: string): Json[] => {
    const schema = document.get(['channels', 'desk', 'messages', event, 'payload']);
    if (schema === undefined) return random.between(0, 3) === 0 ? [random.pick(ODD_VALUES)] : [];
    for (;;) {
      const value = sampler.value(schema, event);
      if (isTaken(value)) return [value];
    }
  };
  const event = (): Json[] => {
    const name: Json =
      random.between(0, 4) > 0 ? random.pick(events) : random.pick<Json>([...NAMES, ...ODD_VALUES, 7, ['command']]);
    const given = typeof name === 'string' && events.includes(name) ? payloadOf(name) : [random.pick(ODD_VALUES)];
    const more = Array.from({ length: Math.max(0, random.between(-6, 3)) }, () => random.pick(ODD_VALUES));
    return random.between(0, 19) === 0 ? [] : [name, ...given, ...more];
  };
  const text = (packet: string): Packet => ({ payload: Buffer.from(packet), isBinary: false });
  const binary = (): Packet => ({
    payload: Buffer.from(Array.from({ length: random.between(0, 40) }, () => random.between(0, 255))),
    isBinary: true,
  });

  return () => {
    const listed = JSON.stringify(event());
    const head = `${random.pick(NAMESPACES)}${random.pick(ACKS)}`;
    switch (random.between(0, 7)) {
      case 0: {
        // Announced attachments: as many as come, more, fewer, or a number that is none.
        const coming = random.between(0, 3);
        const announced = random.pick([String(coming), String(coming + 1), '0', '-1', '1e9', '99999', '']);
        const placed = JSON.stringify([
          random.pick(events),
          { _placeholder: true, num: random.pick<Json>([0, 1, -1, 1.5, '0', null, 1e9, '__proto__']) },
        ]);
        return [
          text(`4${random.pick(['5', '5', '6'])}${announced}-${head}${placed}`),
          ...Array.from({ length: coming }, binary),
        ];
      }
      case 1:
        return [
          text(`${random.pick(KINDS)}${head}${random.pick([listed, JSON.stringify(random.pick(ODD_VALUES)), ''])}`),
        ];
      case 2:
        return [random.between(0, 1) === 0 ? binary() : { payload: Buffer.from(`42${head}${listed}`), isBinary: true }];
      default:
        return [text(`42${random.pick(ACKS)}${listed}`)];
    }
  };
}
