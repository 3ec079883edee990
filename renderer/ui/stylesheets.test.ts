/** A class that is misspelt draws nothing and fails nowhere: names in components and in their stylesheets are compared here. And what a window's size means is said once. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const RENDERER = fileURLToPath(new URL('..', import.meta.url));

const files = ['ui', 'desk'].flatMap((folder) =>
  readdirSync(join(RENDERER, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
    join(RENDERER, folder, name),
  ),
);
const sheets = files.filter((file) => file.endsWith('.module.css'));
const sources = files.filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.test.ts'));

/** The names of a stylesheet's own classes; those of a library are marked global. */
function classesOf(sheet: string): Set<string> {
  const rules = readFileSync(sheet, 'utf8')
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/:global\([^)]*\)/g, '');
  const selectors = [...rules.matchAll(/([^{};]*)\{/g)].map(([, selector = '']) => selector);
  return new Set(
    selectors
      .filter((selector) => !selector.trim().startsWith('@'))
      .flatMap((selector) => [...selector.matchAll(/\.([a-z][\w-]*)/gi)].map(([, name = '']) => name)),
  );
}

/** A name that is put together when it is drawn: the part that is written, up to where the rest comes in; '' where all of it comes then. */
type Use = { sheet: string; name: string; whole: boolean };

function usesIn(source: string): Use[] {
  const text = readFileSync(source, 'utf8');
  const body = text.replace(/^import .*$/gm, '');
  return [...text.matchAll(/^import (\w+) from '(.*\.module\.css)';$/gm)].flatMap(([, local = '', path = '']) => {
    const sheet = resolve(dirname(source), path);
    const named = [...body.matchAll(new RegExp(`(?<![.\\w])${local}(?:\\.(\\w+)|\\['([\\w-]+)'\\])`, 'g'))].map(
      ([, dotted, quoted]) => ({ sheet, name: dotted ?? quoted ?? '', whole: true }),
    );
    const built = [...body.matchAll(new RegExp(`(?<![.\\w])${local}\\[(?:\`([\\w-]*)\\$\\{)?(?!')`, 'g'))].map(
      ([, start = '']) => ({ sheet, name: start, whole: false }),
    );
    return [...named, ...built];
  });
}

const uses = sources.flatMap(usesIn);

test('every class that a component names stands in the stylesheet that it names it from', () => {
  const missing = uses.filter(({ sheet, name, whole }) => {
    const known = [...classesOf(sheet)];
    return whole ? !known.includes(name) : !known.some((one) => one.startsWith(name));
  });
  expect(missing).toEqual([]);
});

test('every class of a stylesheet is worn by a component', () => {
  const idle = sheets.flatMap((sheet) =>
    [...classesOf(sheet)]
      .filter(
        (known) =>
          !uses.some((use) => use.sheet === sheet && (use.whole ? use.name === known : known.startsWith(use.name))),
      )
      .map((known) => `${sheet.slice(RENDERER.length)} .${known}`),
  );
  expect(idle).toEqual([]);
});

test('no stylesheet of the desk is global but the tokens, the measures and the ground', () => {
  const global = files.filter((file) => file.endsWith('.css') && !file.endsWith('.module.css'));
  expect(global.map((file) => file.slice(RENDERER.length)).sort()).toEqual([
    'ui/base.css',
    'ui/measures.css',
    'ui/tokens.css',
  ]);
});

test('which size of a window is a compact one is said in the tokens and the measures alone', () => {
  const asking = [...files, ...sources].filter(
    (file) =>
      /\.(css|tsx?)$/.test(file) && !file.endsWith('.test.ts') && /max-height: 999px/.test(readFileSync(file, 'utf8')),
  );
  expect([...new Set(asking)].map((file) => file.slice(RENDERER.length)).sort()).toEqual([
    'ui/measures.css',
    'ui/tokens.css',
  ]);
});
