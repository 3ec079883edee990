/** The server and the logbook, bundled: a thread that reads one file instead of two hundred is there in a third of the time. */
import { writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './paths.mjs';

/** What is started as a process or a thread of its own, and what the starters ask; each keeps its place, by which it is found. */
export const ENTRIES = [
  'electron/logbook/main',
  'server/actionlog/action-log-worker',
  'server/ballotbox/ballot-auditor',
  'server/ballotbox/ballot-writer',
  'server/core/main',
  'server/edge/main',
  'server/evidence/evidence-packer',
  'server/journal/journal-reader',
  'server/journal/journal-worker',
  'server/storage/data-folder',
  'server/storage/series-worker',
  'server/supervisor/main',
];

/** As deep as every entry, so that a source's `import.meta.url` can be told from whichever file it ends in. */
const SHARED = 'server/parts';

/** What is bundled of the packages: many small modules of one kind. The others are loaded from where they are installed. */
const BUNDLED = /^zod(\/|$)/;

/** @type {import('rolldown').Plugin} */
const everySourceKeepsItsPlace = {
  name: 'every source keeps its place',
  transform: {
    filter: { code: /import\.meta\.url/ },
    handler(_code, id, { magicString }) {
      const place = relative(root, id).split(sep).join('/').replace(/\.ts$/, '.js');
      magicString?.replaceAll('import.meta.url', `new URL('../../${place}', import.meta.url).href`);
      return { code: magicString };
    },
  },
};

/** @param {string} dir what is filled: entries lie in it as their sources do in the project */
export async function bundleServer(dir) {
  const bundle = await rolldown({
    cwd: root,
    input: Object.fromEntries(ENTRIES.map((entry) => [entry, `./${entry}.ts`])),
    platform: 'node',
    experimental: { nativeMagicString: true },
    external: (id) => /^[a-z@]/.test(id) && !BUNDLED.test(id),
    plugins: [everySourceKeepsItsPlace],
  });
  try {
    await bundle.write({
      dir,
      format: 'esm',
      sourcemap: true,
      entryFileNames: '[name].js',
      chunkFileNames: `${SHARED}/[name]-[hash].js`,
    });
  } finally {
    await bundle.close();
  }
  await writeFile(join(dir, 'package.json'), '{ "type": "module" }\n');
}
