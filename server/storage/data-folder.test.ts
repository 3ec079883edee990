import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataFilesIn, dataFolderPath, findDataFolder, makeDataFolder, openDataFolder } from './data-folder.ts';

const linux = { flag: null, env: {}, platform: 'linux', homeDir: '/home/pat' } as const;

describe('the place of the data folder', () => {
  it('is what --data says, also against the environment', () => {
    expect(dataFolderPath({ ...linux, flag: 'here', env: { TALLYROOM_DATA: '/there' } })).toBe(resolve('here'));
  });

  it('is what TALLYROOM_DATA says where there is no flag', () => {
    expect(dataFolderPath({ ...linux, env: { TALLYROOM_DATA: '/there', XDG_DATA_HOME: '/xdg' } })).toBe('/there');
    expect(dataFolderPath({ ...linux, env: { TALLYROOM_DATA: '' } })).toBe('/home/pat/.local/share/tallyroom');
  });

  it('is where each system keeps such data otherwise', () => {
    expect(dataFolderPath({ ...linux, env: { XDG_DATA_HOME: '/xdg' } })).toBe('/xdg/tallyroom');
    expect(dataFolderPath({ ...linux, env: { XDG_DATA_HOME: 'relative' } })).toBe('/home/pat/.local/share/tallyroom');
    expect(dataFolderPath({ ...linux, platform: 'darwin' })).toBe('/home/pat/Library/Application Support/tallyroom');
    expect(dataFolderPath({ ...linux, platform: 'win32' })).toBe(join('/home/pat', 'AppData', 'Local', 'tallyroom'));
  });
});

describe('opening the data folder', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tallyroom-folder-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('makes it for its owner only, with a folder for logs', () => {
    const files = openDataFolder(join(dir, 'a', 'b'));
    expect(files).toEqual(dataFilesIn(join(dir, 'a', 'b')));
    expect(statSync(files.dir).mode & 0o777).toBe(0o700);
    expect(statSync(files.logs).isDirectory()).toBe(true);
  });

  it('leaves a folder that is there as it is: it may be one that others need', () => {
    chmodSync(dir, 0o755);
    openDataFolder(dir);
    expect(statSync(dir).mode & 0o777).toBe(0o755);
  });

  it('makes nothing until it is told to, and takes away what it made as far as it is empty', () => {
    mkdirSync(join(dir, 'mine'));
    const files = findDataFolder(join(dir, 'mine', 'a', 'b'));
    expect(readdirSync(join(dir, 'mine'))).toEqual([]);
    makeDataFolder(files)();
    expect(readdirSync(dir)).toEqual(['mine']);
    const undo = makeDataFolder(files);
    writeFileSync(join(dir, 'mine', 'a', 'other'), '');
    undo();
    expect(readdirSync(join(dir, 'mine', 'a'))).toEqual(['other']);
  });

  it('says that a path is too long, before a database says that it can’t be opened', () => {
    expect(() => findDataFolder(join(dir, ...Array.from({ length: 20 }, () => 'ä'.repeat(12))))).toThrow(
      expect.objectContaining({
        code: 'data-folder',
        message: expect.stringMatching(/5\d\d bytes, and 400 are the most/),
      }),
    );
  });

  it('says in a sentence what is wrong when a file stands in its place', () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    expect(() => openDataFolder(file)).toThrow(
      expect.objectContaining({
        code: 'data-folder',
        message: expect.stringMatching(/file.*choose another one with --data/),
      }),
    );
  });
});
