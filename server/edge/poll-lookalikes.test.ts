import { describe, expect, it } from 'vitest';
import { tokens, until } from './edge-harness.test-part.ts';
import { accepted, coreNowMs } from './fake-core.test-part.ts';
import { LEARNING, poll, pollingEdge, request } from './polling-edge.test-part.ts';

const { rig, polling } = pollingEdge();

describe('what only looks like a known poll', () => {
  it('is the body of another request', async () => {
    const client = await polling(poll());
    const head = ['Expect: 100-continue', `Content-Length: ${poll().length}`];
    await client.send(request('POST /v1/join HTTP/1.1', head));
    expect(await client.next()).toMatch(/^HTTP\/1.1 100 /);
    expect(await client.ask(poll())).toMatch(/^HTTP\/1.1 400 /);
    expect(await client.ask(poll())).toMatch(/^HTTP\/1.1 200 /);
  });

  it('is the end of another request', async () => {
    const client = await polling(poll());
    await client.send('GET /healthz HTTP/1.1\r\nX-Old: ');
    expect(await client.ask(poll())).toContain('{"status":"ok"}');
  });

  it('is the end of a request that began behind a poll', async () => {
    const client = await polling(poll());
    await client.send(`${poll()}GET /healthz HTTP/1.1\r\nX-Pad: ${'x'.repeat(3_000)}\r\nX-Old: `);
    expect(await client.next()).toContain('"mode":"live"');
    expect(await client.ask(poll())).toContain('{"status":"ok"}');
  });

  it('ended a poll that began as another request', async () => {
    const client = await polling(poll());
    await client.send('GET /v1/state HTTP/1.1\r\nX-Old: ');
    expect(await client.ask(request('GET /healthz HTTP/1.1', []))).toContain('"mode":"live"');
    for (let i = 0; i <= LEARNING; i++) {
      expect(await client.ask(request('GET /healthz HTTP/1.1', []))).toContain('{"status":"ok"}');
    }
  });

  it('waits behind an answer that is not there yet', async () => {
    const client = await polling(poll());
    rig().core.judge = null;
    const { token } = tokens.mint(null, 'live', coreNowMs());
    const ballot = JSON.stringify({ id: 'b1', pollId: 'none', round: 1, choice: ['a'] });
    const batches = rig().core.batches.length;
    await client.send(
      `${request('POST /v1/ballots HTTP/1.1', [`Authorization: Bearer ${token}`, `Content-Length: ${ballot.length}`])}${ballot}`,
    );
    await until(() => rig().core.batches.length > batches);
    for (let i = 0; i <= LEARNING; i++) await client.send(poll());
    rig().core.judge = accepted;
    for (const batch of rig().core.batches.slice(batches)) rig().core.answerBatch(batch);
    expect(await client.next()).toContain('"receipt"');
    for (let i = 0; i <= LEARNING; i++) expect(await client.next()).toContain('"mode":"live"');
  });
});
