import type { HouseLimit } from '../../shared/protocol/backplane.ts';
import type { BucketRule } from '../process/token-buckets.ts';

/** The limits that hold for all edges together: an edge takes from them, the core keeps the account of the house. */
export const HOUSE_RULES: Record<HouseLimit, BucketRule> = {
  // Generous, because carriers put thousands of phones behind one address.
  arrivals: { burst: 5_000, perS: 500, refusedCount: false, maxKeys: 100_000 },
  ballots: { burst: 40, perS: 10, refusedCount: true, maxKeys: 300_000 },
  // A crew types the code wrong a few times; trying codes out must not be worth anybody's while.
  'wrong-codes': { burst: 20, perS: 1, refusedCount: false, maxKeys: 100_000 },
  'wrong-codes-wider': { burst: 60, perS: 2, refusedCount: false, maxKeys: 100_000 },
  // The code has 39 bits: at this rate it takes centuries, and it takes many networks to shut out a crew that is new.
  'wrong-codes-all': { burst: 1_000, perS: 20, refusedCount: false, maxKeys: 1 },
};
