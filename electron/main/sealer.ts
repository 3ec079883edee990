/** What the system offers for keeping a secret. */
import type { SafeStorage } from 'electron';
import type { Sealer } from './remote-memory.ts';

/** On Linux without a keyring, Chromium seals with a password that everybody knows; that counts as no secret kept. */
export function sealer(storage: SafeStorage, platform: NodeJS.Platform): Sealer {
  return {
    available: () =>
      storage.isEncryptionAvailable() &&
      (platform !== 'linux' || !['basic_text', 'unknown'].includes(storage.getSelectedStorageBackend())),
    seal: (text) => storage.encryptString(text).toString('base64'),
    open: (sealed) => storage.decryptString(Buffer.from(sealed, 'base64')),
  };
}
