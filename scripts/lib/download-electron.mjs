/** Downloads the official runtime into npm's usual Electron cache; a dot for every piece that came. Runs on the bundled Node. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const electron = createRequire(require.resolve('electron/package.json'));
const { downloadArtifact } = await import(pathToFileURL(electron.resolve('@electron/get')).href);

try {
  await downloadArtifact({
    version: electron('./package.json').version,
    artifactName: 'electron',
    checksums: electron('./checksums.json'),
    platform: process.platform,
    arch: process.arch,
    downloadOptions: {
      quiet: true,
      getProgressCallback: async () => {
        process.stdout.write('.');
      },
    },
  });
} catch (error) {
  const { message, cause } = /** @type {Error & { cause?: NodeJS.ErrnoException }} */ (error);
  process.stderr.write(`${message}${cause ? ` (${cause.code ?? cause.message})` : ''}\n`);
  process.exitCode = 1;
}
