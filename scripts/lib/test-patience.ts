import { vi } from 'vitest';

/** How long a test waits for a condition, unless it says otherwise: a second is little on a machine that does much at once. */
const PATIENCE_MS = 10_000;

const { waitFor } = vi;
const patient: typeof waitFor = (callback, options) =>
  waitFor(callback, typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options });

// Files that share a process come by here one after the other.
if (!('isPatient' in waitFor)) vi.waitFor = Object.assign(patient, { isPatient: true });
