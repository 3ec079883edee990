import { expect, test } from 'vitest';
import { HELP, parseFlags } from './flags.ts';

test('reads every flag of the help', () => {
  const named = [...HELP.matchAll(/^ {2}(--[a-z-]+)( \S+)?/gm)].filter((match) => match[1] !== '--help');
  expect(named.length).toBeGreaterThan(12);
  const args = named.flatMap(([, flag = '', value]) => (value?.trim() ? [flag, 'x'] : [flag]));
  expect(parseFlags(args)).toEqual({
    kind: 'flags',
    json: true,
    data: 'x',
    show: 'x',
    newShow: true,
    watch: true,
    rotateKey: true,
    settings: {
      mode: 'x',
      deskPort: 'x',
      audiencePort: 'x',
      deskHost: 'x',
      audienceHost: 'x',
      edges: 'x',
      capacity: 'x',
      arrivals: 'x',
      publicUrl: 'x',
      trustedProxies: ['x'],
      logLevel: 'x',
    },
  });
});

test.each([
  [['--role', 'edge'], 'This version runs all parts on one machine'],
  [['--new-show'], '--show FILE'],
  [['--what'], "Unknown option '--what'"],
  [['show.json'], "Unexpected argument 'show.json'"],
  [['--data'], '--data'],
])('refuses %j with a sentence', (args, words) => {
  const outcome = parseFlags(args);
  expect(outcome.kind === 'refused' && outcome.message).toContain(words);
});

test('--help wins over everything else', () => {
  expect(parseFlags(['--help', '--role', 'core'])).toEqual({ kind: 'help' });
});
