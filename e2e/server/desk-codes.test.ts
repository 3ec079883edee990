/** Whoever tries codes of the desk out is slowed, by network and over all; nobody's right code waits for it. */
import { expect, test } from 'vitest';
import { fileServer } from './testing/file-server.ts';
import { rawHttp } from './testing/raw-http.ts';

const here = fileServer({ mode: 'live', edges: 1 });
/** So many wrong ones may come at once, of a network and in all. */
const OF_ONE = 10;
const IN_ALL = 60;

async function spend(code: string, localAddress: string): Promise<number> {
  const { status } = await rawHttp(here.server.deskUrl, '/api/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
    localAddress,
  });
  return status;
}
const wrong = async (times: number, from: string): Promise<number[]> => {
  const statuses: number[] = [];
  for (let n = 0; n < times; n++) statuses.push(await spend(`wrong-${n}`, from));
  return statuses;
};

// Other systems give one address of the loop only.
test.runIf(process.platform === 'linux')('sixty wrong codes from ten networks, and a right one', async () => {
  const began = performance.now();
  const first = await wrong(OF_ONE + 5, '127.0.0.2');
  expect(first.slice(0, OF_ONE), 'as many as a person mistypes').toEqual(Array(OF_ONE).fill(403));
  expect(first.slice(OF_ONE)).toContain(429);
  expect((await wrong(1, '127.0.0.3'))[0], 'others are not slowed by them').toBe(403);

  const others: number[] = [];
  for (let network = 4; network < 14; network++) others.push(...(await wrong(OF_ONE, `127.0.0.${network}`)));
  const tried = [...first, 403, ...others].filter((status) => status === 403).length;
  const passedS = (performance.now() - began) / 1_000;
  expect(tried, 'from however many networks').toBeLessThanOrEqual(IN_ALL + 1 + passedS);
  expect(new Set(others)).toEqual(new Set([403, 429]));

  const code = new URLSearchParams(new URL(here.server.ready.deskUrl).hash.slice(1)).get('code') ?? '';
  expect(await spend(code, '127.0.0.2'), 'the right one, from where the wrong ones came from').toBe(200);
  expect(await spend(code, '127.0.0.3'), 'once').not.toBe(200);
});
