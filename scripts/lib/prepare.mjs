/** What every starter does first. */
import { ensureInstalled } from './install.mjs';
import { bundledNode, inRoot, root } from './paths.mjs';
import { run } from './run.mjs';
import { Refusal, toolOutput } from './say.mjs';

/** Builds what changed; the builder says what it did. */
export async function build() {
  const args = [inRoot('scripts/build.mjs'), ...(toolOutput() === 2 ? ['--json'] : [])];
  const { code } = await run(bundledNode, args, { cwd: root });
  if (code !== 0) throw new Refusal('The build failed, so nothing was started.');
}

export async function prepare() {
  await ensureInstalled();
  await build();
}
