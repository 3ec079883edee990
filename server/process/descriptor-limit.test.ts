import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const MODULE = fileURLToPath(new URL('./descriptor-limit.ts', import.meta.url));

/** What a process says that the shell has given these limits. */
function limitUnder(limits: string): number {
  const script = `import(${JSON.stringify(MODULE)}).then(({ descriptorLimit }) => console.log(descriptorLimit()))`;
  return Number(
    execFileSync('sh', ['-c', `${limits}; exec "$0" -e '${script}'`, process.execPath], { encoding: 'utf8' }),
  );
}

test.skipIf(process.platform === 'win32')(
  'a low soft limit costs nothing, because it is raised at the start; the hard one is what counts',
  () => {
    expect(limitUnder('ulimit -Sn 500; ulimit -Hn 3000')).toBe(3_000);
    expect(limitUnder('ulimit -n 2000')).toBe(2_000);
  },
);
