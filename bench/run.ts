/**
 * `npm run bench`: measures the real server, with an audience that checks everything it is told.
 * Every scenario prints what it found under which conditions and writes the same to `artifacts/bench`.
 */
import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanUp } from './clean-up.ts';
import { GaveUp } from './house.ts';
import { updatePage } from './page/page.ts';
import { profiled } from './profile/profiled.ts';
import type { Result } from './report/result.ts';
import { tableOf } from './report/table.ts';
import { arrivals } from './scenarios/arrivals.ts';
import { ballots } from './scenarios/ballots.ts';
import { ballotsSustained } from './scenarios/ballots-sustained.ts';
import { coreKilled } from './scenarios/core-killed.ts';
import { edgeKilled } from './scenarios/edge-killed.ts';
import { fanOut } from './scenarios/fan-out.ts';
import { growth } from './scenarios/growth.ts';
import { held } from './scenarios/held.ts';
import { night } from './scenarios/night.ts';
import { besidePeers } from './scenarios/peers.ts';
import { polling } from './scenarios/polling.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { soak } from './scenarios/soak.ts';
import { readSetting, type Setting } from './setting.ts';

const OUT = fileURLToPath(new URL('../artifacts/bench/', import.meta.url));
const SCENARIOS: readonly Scenario[] = [
  ...arrivals,
  held,
  ballots,
  ballotsSustained,
  fanOut,
  night,
  coreKilled,
  edgeKilled,
  polling,
  growth,
  soak,
  ...besidePeers,
];

const HELP = `Measures the real server on this machine, with load on the loopback only.

  npm run bench                            every scenario with 20,000 viewers
  npm run bench -- quick                   a look, with 5,000
  npm run bench -- full                    the sizes of the budgets; takes long
  npm run bench -- arrivals --viewers 50000
  npm run bench -- page                    docs/performance.md and its plots, from the newest results
                                           (with names of scenarios: takes over only those)

  --viewers N   --edges N   --seconds S    size, edges, and how long arrivals or votes are spread over
  --pairs N                                rounds of product and peer
  --seed N                                 repeats what a run drew by chance
  --profile                                samples all processes; the result goes to SCENARIO-profiled.json,
                                           because its other figures are slower than the product's

Scenarios:
${SCENARIOS.map(({ name, title }) => `  ${name.padEnd(14)} ${title}`).join('\n')}

A fault (a lost receipt, a state that goes back, a count that differs) makes the run fail; a missed target doesn't.`;

const say = (line: string) => process.stdout.write(`${line}\n`);

async function runAll(setting: Setting): Promise<number> {
  mkdirSync(OUT, { recursive: true });
  const chosen = SCENARIOS.filter(({ name }) => setting.only.length === 0 || setting.only.includes(name));
  let faulty = 0;
  for (const scenario of chosen) {
    const { name, title } = scenario;
    let result: Result;
    try {
      const run = () => scenario.run(setting);
      result = { scenario: name, title, ...(await (setting.profile ? profiled(run) : run())) };
    } catch (error) {
      if (!(error instanceof GaveUp)) throw error;
      say('');
      say(`${name}: gave up (seed ${setting.seed}): ${error.message}`);
      faulty += 1;
      continue;
    }
    const file = join(OUT, `${name}${setting.profile ? '-profiled' : ''}.json`);
    writeFileSync(file, `${JSON.stringify(result, null, 1)}\n`);
    say('');
    for (const line of tableOf(result)) say(line);
    if (Object.keys(result.faults).length > 0) faulty += 1;
  }
  say('');
  say(faulty === 0 ? 'no faults' : `${faulty} scenario(s) with faults`);
  return faulty === 0 ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    cleanUp().finally(() => process.exit(1));
  });
}
const outcome = readSetting(
  process.argv.slice(2),
  SCENARIOS.map(({ name }) => name),
  randomInt(2 ** 31),
);
if (outcome.kind === 'setting') {
  process.exitCode = await runAll(outcome.setting);
} else if (outcome.kind === 'page') {
  updatePage(OUT, outcome.only, say);
} else if (outcome.kind === 'help') {
  say(HELP);
} else {
  process.stderr.write(`${outcome.message}\n`);
  process.exitCode = 2;
}
