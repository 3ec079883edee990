import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const renderer = fileURLToPath(new URL('..', import.meta.url));
const filesIn = (...folders: string[]) =>
  folders.flatMap((folder) =>
    readdirSync(join(renderer, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(renderer, folder, file),
    ),
  );

interface Rule {
  selectors: string[];
  body: string;
  /** Under `prefers-reduced-motion: reduce`. */
  reduced: boolean;
}

/** Good for these files: rules, and rules in one @-rule. */
function rulesOf(css: string): Rule[] {
  const text = css.replace(/\/\*[\s\S]*?\*\//g, '');
  const rules: Rule[] = [];
  const open: string[] = [];
  let from = 0;
  for (const { 0: brace, index } of text.matchAll(/[{}]/g)) {
    const words = text.slice(from, index).trim();
    from = index + 1;
    if (brace === '{') open.push(words.split(';').at(-1)?.trim() ?? '');
    else {
      const head = open.pop() ?? '';
      const reduced = open.some((outer) => /prefers-reduced-motion: reduce/.test(outer));
      const inKeyframes = open.some((outer) => outer.startsWith('@keyframes'));
      if (!head.startsWith('@') && !inKeyframes) {
        rules.push({ selectors: head.split(',').map((one) => one.trim()), body: words, reduced });
      }
    }
  }
  return rules;
}

const moves = ({ body }: Rule) => /(?:^|[;\s])(?:transition|animation)(?:-\w+)*\s*:/.test(body);
/** Durations that the tokens themselves set to nothing. */
const byToken = ({ body }: Rule) => /transition[^;]*var\(--t-(?:quick|move)\)/.test(body) && !/\d\s*m?s\b/.test(body);
const stills = (rule: Rule) => rule.reduced && moves(rule);
const selectorsOf = (rules: Rule[]) => rules.flatMap(({ selectors }) => selectors);

/** Whether the page that begins with this file stills everything by one rule. */
function stillsAll(entry: string): boolean {
  const css = readFileSync(entry, 'utf8');
  const imported = [...css.matchAll(/@import "([^"]+)"/g)].map(([, path = '']) => join(dirname(entry), path));
  const rules = [entry, ...imported].flatMap((file) => rulesOf(readFileSync(file, 'utf8')));
  return rules.some(
    (rule) =>
      rule.reduced &&
      rule.selectors.includes('*') &&
      /animation-duration: 0s !important/.test(rule.body) &&
      /transition-duration: 0s !important/.test(rule.body) &&
      /animation-iteration-count: 1 !important/.test(rule.body),
  );
}

/** What moves in these files although less motion was asked for. */
function moving(files: readonly string[]): string[] {
  const rules = files.filter((file) => file.endsWith('.css')).flatMap((file) => rulesOf(readFileSync(file, 'utf8')));
  const still = new Set(selectorsOf(rules.filter(stills)));
  return selectorsOf(rules.filter((rule) => !rule.reduced && moves(rule) && !byToken(rule))).filter(
    (selector) => !still.has(selector),
  );
}

test('the reader of rules sees what moves, and what holds it still', () => {
  const rules = rulesOf(`
    .a, .b > i { color: red; transition: width 1s; }
    @keyframes turn { to { transform: none; } }
    @media (prefers-reduced-motion: reduce) { .a { transition: none; } }
    .c { animation: turn 1s; }`);
  expect(selectorsOf(rules.filter((rule) => !rule.reduced && moves(rule)))).toEqual(['.a', '.b > i', '.c']);
  expect(selectorsOf(rules.filter(stills))).toEqual(['.a']);
});

test('the tokens for motion are nothing for those who ask for less', () => {
  const [root] = rulesOf(readFileSync(join(renderer, 'ui/tokens.css'), 'utf8')).filter(({ reduced }) => reduced);
  expect(root?.body).toMatch(/--t-quick: 0ms;\s*--t-move: 0ms;/);
});

test('nothing on the desk moves for those who ask for less motion', () => {
  expect(stillsAll(join(renderer, 'ui/base.css'))).toBe(true);
});

test('nothing on the viewer page moves for those who ask for less motion', () => {
  const entry = join(renderer, 'audience/style.css');
  expect(stillsAll(entry) ? [] : moving(filesIn('audience'))).toEqual([]);
});

test('no script moves what the style rules cannot hold still', () => {
  const found = filesIn('ui', 'desk', 'audience')
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|test-part/.test(file))
    .flatMap((file) => {
      const code = readFileSync(file, 'utf8');
      return /behavior: 'smooth'|\.animate\(/.test(code) ? [`${file}: moves by script`] : [];
    });
  expect(found).toEqual([]);
});
