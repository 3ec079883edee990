import { ballotBoxContract } from './ballot-box-contract.test-part.ts';
import { memoryPlace } from './memory-box.test-part.ts';

ballotBoxContract({ place: memoryPlace, numRuns: 100 });
