import { describe } from 'vitest';
import { leaseContract } from './lease.test-part.ts';
import { ownerLockLease } from './lease.ts';

describe('the owner lock of a data folder', () =>
  leaseContract((nowMs) => ownerLockLease({ epoch: 7, nowMs: () => nowMs })));
