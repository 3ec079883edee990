/** The system packages that the end-to-end tests need: a display without a screen, Electron's libraries, a viewer's browser. */
import { existsSync } from 'node:fs';
import { must, run } from './run.mjs';
import { Refusal, say } from './say.mjs';

const NEEDED = [
  'xvfb',
  'xauth',
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libxss1',
  'chromium',
  'fonts-dejavu-core',
];
const APT = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };

/** Newer Debians call some libraries by another name. */
const namesOf = (/** @type {string} */ name) => [name, `${name}t64`];

async function missingPackages() {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are dpkg-query's
  const { output } = await run('dpkg-query', ['-W', '-f', '${db:Status-Status} ${Package}\n'], { quiet: true });
  const installed = new Set(
    output
      .split('\n')
      .filter((line) => line.startsWith('installed '))
      .map((line) => line.slice('installed '.length)),
  );
  return NEEDED.filter((name) => !namesOf(name).some((candidate) => installed.has(candidate)));
}

/** @param {string} name */
async function installableName(name) {
  for (const candidate of namesOf(name)) {
    const { output } = await run('apt-cache', ['policy', candidate], { quiet: true });
    if (/Candidate: (?!\(none\))/.test(output)) return candidate;
  }
  return name;
}

/** Installs what is missing where that is possible, else says what to do. */
export async function ensureSystemPackages() {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version')) {
    say(
      'The end-to-end tests need a display (Xvfb will do), Electron’s libraries and Chromium; looking for them in the path.',
    );
    return;
  }
  const missing = await missingPackages();
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    throw new Refusal(
      `The end-to-end tests need Debian packages that are missing. Install them once: sudo apt-get install ${missing.join(' ')}`,
    );
  }
  say(`Installing Debian packages: ${missing.join(', ')}.`);
  const otherwise = `The Debian packages could not be installed. Install them by hand: apt-get install ${missing.join(' ')}`;
  await must('apt-get', ['update', '-qq'], { ...APT, otherwise });
  const names = [];
  for (const name of missing) names.push(await installableName(name));
  await must('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { ...APT, otherwise });
}
