import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAppArgv } from './app-argv.ts';

const parse = (...args: string[]) => parseAppArgv(['/opt/electron', ...args], '/shows');

describe("the app's flags", () => {
  it('are found among what Electron and a test driver put on the command line', () => {
    const flags = parse('--no-sandbox', '--inspect=0', '.', '--data', '/tmp/d', '--edges', '3', '--mode', 'live');
    expect(flags).toEqual({
      data: '/tmp/d',
      showFile: null,
      newShow: false,
      serverFlags: ['--mode', 'live', '--edges', '3'],
    });
  });

  it('are taken with an equals sign as well, also where the value holds one', () => {
    const flags = parse('.', '--data=/tmp/a=b', '--desk-port=0', '--audience-port=0');
    expect(flags.data).toBe('/tmp/a=b');
    expect(flags.serverFlags).toEqual(['--desk-port', '0', '--audience-port', '0']);
  });

  it('name a show file relative to where the app was started', () => {
    expect(parse('.', '--show', 'finale.json', '--new-show')).toMatchObject({
      showFile: resolve('/shows/finale.json'),
      newShow: true,
    });
  });

  it('leave out a flag whose value is missing', () => {
    expect(parse('.', '--data', '--edges').data).toBeNull();
    expect(parse('.', '--data', '--edges').serverFlags).toEqual([]);
  });

  it('leave every other switch alone', () => {
    expect(parse('.', '--desk-host', '0.0.0.0', '--remote-debugging-port=0').serverFlags).toEqual([]);
  });
});
