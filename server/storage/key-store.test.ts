import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe } from 'vitest';
import { keyStoreContract } from './key-store.test-part.ts';
import { fileKeyStore } from './key-store.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tallyroom-key-store-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('keys in a file', () => keyStoreContract(() => fileKeyStore(join(dir, 'keys.json'), '')));
