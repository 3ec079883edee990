import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PING_FRAME, textFrame } from '../../server/edge/ws-frame.ts';
import { type FrameSink, readFrames } from './server-frames.ts';

function listener() {
  const heard: string[] = [];
  const sink: FrameSink = {
    text: (bytes, start, end) => heard.push(bytes.toString('utf8', start, end)),
    ping: (payload) => heard.push(`ping ${payload.toString()}`),
    close: (code) => heard.push(`close ${code}`),
    broken: (why) => heard.push(`broken: ${why}`),
  };
  return { heard, sink };
}

test('messages are read whole however the network cuts them', () => {
  const texts = fc.array(fc.oneof(fc.string(), fc.string({ minLength: 126, maxLength: 300 })), { maxLength: 8 });
  fc.assert(
    fc.property(texts, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }), (said, cuts) => {
      const stream = Buffer.concat(said.flatMap((text) => [textFrame(text), PING_FRAME]));
      const { heard, sink } = listener();
      let left = Buffer.alloc(0);
      for (let at = 0, i = 0; at < stream.length; i++) {
        const size = cuts[i % cuts.length] ?? 1;
        left = Buffer.concat([left, stream.subarray(at, at + size)]);
        left = left.subarray(readFrames(left, 0, left.length, sink));
        at += size;
      }
      expect(heard).toEqual(said.flatMap((text) => [text, 'ping ']));
      expect(left.length).toBe(0);
    }),
  );
});

test('a long message, a close with its code, and what no server should send are told apart', () => {
  const { heard, sink } = listener();
  const long = 'x'.repeat(70_000);
  const bytes = Buffer.concat([textFrame(long), Buffer.from([0x88, 0x02, 0x03, 0xf4])]);
  expect(readFrames(bytes, 0, bytes.length, sink)).toBe(bytes.length);
  expect(heard).toEqual([long, 'close 1012']);
  const masked = Buffer.from([0x81, 0x85, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  readFrames(masked, 0, masked.length, sink);
  expect(heard.at(-1)).toBe('broken: a frame began with 81 85');
});
