import { describe, expect, it } from 'vitest';
import { type ServerArgs, serverArgs } from './server-args.ts';

const fresh: ServerArgs = {
  dataDir: '/data',
  hasShow: false,
  showFile: null,
  newShow: false,
  sampleShow: '/app/sample.json',
  serverFlags: [],
  ports: null,
};

describe('what the server is started with', () => {
  it('is the sample show where the folder holds none and none is named', () => {
    expect(serverArgs(fresh)).toEqual(['--json', '--data', '/data', '--show', '/app/sample.json']);
  });

  it('is the show that was named', () => {
    expect(serverArgs({ ...fresh, showFile: '/my.json' })).toContain('/my.json');
    expect(serverArgs({ ...fresh, showFile: '/my.json' })).not.toContain('/app/sample.json');
  });

  it('is no show file where the folder holds a show', () => {
    expect(serverArgs({ ...fresh, hasShow: true })).toEqual(['--json', '--data', '/data']);
  });

  it('carries the wish for a new show and the other flags on', () => {
    const args = serverArgs({
      ...fresh,
      hasShow: true,
      showFile: '/my.json',
      newShow: true,
      serverFlags: ['--edges', '2'],
    });
    expect(args).toEqual(['--json', '--data', '/data', '--show', '/my.json', '--new-show', '--edges', '2']);
  });

  it('brings a server that died back on its ports, without importing or switching anything again', () => {
    const args = serverArgs({
      ...fresh,
      showFile: '/my.json',
      newShow: true,
      serverFlags: ['--mode', 'live', '--desk-port', '0', '--audience-port', '0', '--edges', '2'],
      ports: { desk: 40001, audience: 40002 },
    });
    expect(args).toEqual([
      ...['--json', '--data', '/data', '--edges', '2'],
      ...['--desk-port', '40001', '--audience-port', '40002'],
    ]);
  });
});
