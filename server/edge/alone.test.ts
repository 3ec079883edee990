/** An edge that no supervisor starts: what it has to know stands in its environment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EDGE_INIT_VARIABLE, EDGE_INIT_WRONG } from '../../shared/protocol/process.ts';
import { CODE, initOf, KEYS, tempFolder, until, Viewer } from './edge-harness.test-part.ts';
import { FakeCore, ruleOf } from './fake-core.test-part.ts';

const ENTRY = fileURLToPath(new URL('./main.ts', import.meta.url));
/** Says at its end what the process has in its environment by then. */
const TELLS_ENVIRONMENT = `data:text/javascript,${encodeURIComponent(
  "import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(1, JSON.stringify(process.env)));",
)}`;

let folder: string;
let core: FakeCore;
let child: ChildProcess;
let exit: { code: number | null; signal: string | null } | null;
let out: string;
let log: string;

function startAlone(init: string | null): void {
  exit = null;
  out = '';
  log = '';
  const { [EDGE_INIT_VARIABLE]: _, ...env } = process.env;
  child = spawn(process.execPath, ['--import', TELLS_ENVIRONMENT, ENTRY], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, ...(init === null ? {} : { [EDGE_INIT_VARIABLE]: init }) },
  });
  child.stdout?.on('data', (data) => {
    out += String(data);
  });
  child.stderr?.on('data', (data) => {
    log += String(data);
  });
  // Once all that it has said is here, too.
  child.on('close', (code, signal) => {
    exit = { code, signal };
  });
}
const port = () => Number(/"port":(\d+),"msg":"ready"/.exec(log)?.[1] ?? 0);
const exited = () => until(() => exit !== null);

beforeEach(async () => {
  folder = tempFolder();
  core = new FakeCore(initOf(folder, {}).backplanePath);
  await core.start();
});
afterEach(async () => {
  if (exit === null) child.kill('SIGKILL');
  await exited();
  await core.die();
  rmSync(folder, { recursive: true, force: true });
});

it('it takes votes by what its environment says, keeps its keys to itself, and leaves in order on a signal', async () => {
  core.setRules([ruleOf('q1', {})]);
  const { t: _t, part: _part, ...init } = initOf(folder, { edgeId: 'hall-2/edge-1' });
  startAlone(JSON.stringify(init));
  await until(() => port() > 0);
  expect(core.heard[0]).toMatchObject({ t: 'hello', edgeId: 'hall-2/edge-1' });
  const url = `http://127.0.0.1:${port()}`;
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const { token } = (await (await fetch(`${url}/v1/join`, { method: 'POST' })).json()) as { token: string };
  const ballot = { token, id: 'b1', pollId: 'q1', round: 1, choice: ['a'] };
  const cast = await fetch(`${url}/v1/ballots`, { method: 'POST', body: JSON.stringify(ballot) });
  expect(await cast.json()).toMatchObject({ receipt: { ballotId: 'b1', status: 'accepted' } });
  const viewer = await Viewer.connect(port());
  viewer.say({ t: 'hello', token });
  await viewer.next('welcome');

  child.kill('SIGTERM');
  expect((await viewer.end()).code).toBe(1012);
  await exited();
  expect(exit).toEqual({ code: 0, signal: null });
  expect(core.heard.at(-1)).toEqual({ t: 'left' });
  // It has told its environment, and in that is nothing any more.
  expect(Object.keys(JSON.parse(out)).length).toBeGreaterThan(0);
  for (const secret of [KEYS[0]?.secret ?? '', CODE, EDGE_INIT_VARIABLE]) expect(out + log).not.toContain(secret);
});

it.each<[string, string | null, number, string]>([
  [
    'a wrong one',
    JSON.stringify({ ...initOf('/run', {}), port: 70_000 }),
    EDGE_INIT_WRONG,
    `${EDGE_INIT_VARIABLE}: port must be a whole number from 0 to 65535.\n`,
  ],
  ['no JSON', `{"keys":"${KEYS[0]?.secret}`, EDGE_INIT_WRONG, `${EDGE_INIT_VARIABLE} is not valid JSON.\n`],
  [
    'none',
    null,
    2,
    `An edge is started by the Tallyroom supervisor (npm run server), or with its init as JSON in ${EDGE_INIT_VARIABLE}.\n`,
  ],
])('with %s it says in one sentence what is wrong and ends with a code of its own', async (_, init, code, sentence) => {
  startAlone(init);
  await exited();
  expect([exit, log]).toEqual([{ code, signal: null }, sentence]);
  expect(out).not.toContain(KEYS[0]?.secret ?? '');
});
