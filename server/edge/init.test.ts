import { expect, it } from 'vitest';
import { EDGE_INIT_VARIABLE } from '../../shared/protocol/process.ts';
import { CODE, initOf, KEYS } from './edge-harness.test-part.ts';
import { type InitOutcome, initFromEnvironment, readInit } from './init.ts';

const SECRET = KEYS[0]?.secret ?? '';
const { t: _t, part: _part, ...WHOLE } = initOf('/run/tallyroom', {});
const LEAST = {
  edgeId: 'hall-2/edge-1',
  backplanePath: '/run/tallyroom/core.sock',
  host: '0.0.0.0',
  port: 4320,
  keys: KEYS,
  rehearsalCode: CODE,
  audiencePageDir: '/srv/page',
};

const fromText = (text: string): InitOutcome | null => initFromEnvironment({ [EDGE_INIT_VARIABLE]: text });
const from = (init: object) => fromText(JSON.stringify(init));

it('an edge is told the same by its environment as by its supervisor', () => {
  expect(from(WHOLE)).toEqual({ kind: 'init', init: initOf('/run/tallyroom', {}) });
  expect(readInit(initOf('/run/tallyroom', {}))).toEqual(from(WHOLE));
});

it('what an edge alone need not be told may be left out', () => {
  expect(from(LEAST)).toEqual({
    kind: 'init',
    init: {
      ...{ t: 'init', part: 'edge', ...LEAST },
      ...{ reusePort: false, formerCodes: [], trustedProxies: [], anchor: null },
    },
  });
});

it('no init is none, whether the variable is missing or empty', () => {
  expect([initFromEnvironment({}), fromText('')]).toEqual([null, null]);
});

it('an init is taken out of the environment, a wrong one too, and all else stays', () => {
  for (const text of [JSON.stringify(LEAST), '{"keys":']) {
    const env = { [EDGE_INIT_VARIABLE]: text, PATH: '/bin' };
    initFromEnvironment(env);
    expect(env).toEqual({ PATH: '/bin' });
  }
});

it.each<[string, string, string]>([
  ['no JSON', `{"keys":[{"secret":"${SECRET}"`, 'is not valid JSON.'],
  ['a bare secret', SECRET, 'is not valid JSON.'],
  ['a list', JSON.stringify([LEAST]), 'must be one JSON object.'],
  ['no backplane', JSON.stringify({ ...LEAST, backplanePath: undefined }), ': backplanePath must be a text.'],
  ['an empty host', JSON.stringify({ ...LEAST, host: '' }), ': host must not be empty.'],
  ['a port as text', JSON.stringify({ ...LEAST, port: '4320' }), ': port must be a whole number from 0 to 65535.'],
  ['a port beyond all', JSON.stringify({ ...LEAST, port: 70_000 }), ': port must be a whole number from 0 to 65535.'],
  ['no keys', JSON.stringify({ ...LEAST, keys: [] }), ': keys must have at least one key.'],
  [
    'a short secret',
    JSON.stringify({ ...LEAST, keys: [{ kid: 'k1', secret: SECRET.slice(0, 20) }] }),
    ': keys.0.secret must be base64url of at least 32 bytes.',
  ],
  [
    'a proxy that is none',
    JSON.stringify({ ...LEAST, trustedProxies: ['10.0.0.0/8', 'nginx'] }),
    ': trustedProxies.1 must be an address or a network such as 10.0.0.0/8.',
  ],
  ['a misspelt name', JSON.stringify({ ...LEAST, trustedProxy: [] }), ': there is no field trustedProxy.'],
  ['the core’s', JSON.stringify({ ...LEAST, part: 'core' }), ': part'],
])(
  'a wrong init (%s) is refused with a sentence that names the field and gives no secret away',
  (_, text, sentence) => {
    const outcome = fromText(text);
    const message = outcome?.kind === 'refused' ? outcome.message : '';
    expect(message.startsWith(`${EDGE_INIT_VARIABLE}${sentence.startsWith(':') ? '' : ' '}${sentence}`), message).toBe(
      true,
    );
    expect(message).not.toContain(SECRET.slice(0, 8));
    expect(message).not.toContain(CODE);
  },
);

it('of a supervisor of another version more fields are taken, and not fewer', () => {
  expect(readInit({ ...initOf('/run', {}), later: true }).kind).toBe('init');
  const { edgeId: _, ...rest } = initOf('/run', {});
  expect(readInit(rest)).toEqual({ kind: 'refused', message: "The supervisor's init: edgeId must be a text." });
});
