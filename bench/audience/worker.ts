/** One process of the simulated audience, started by `audience.ts`. */
import { setPriority } from 'node:os';
import { Crowd } from './crowd.ts';
import type { Order, Word } from './messages.ts';

const PROGRESS_MS = 100;
/** As the edges: a crowd on the same machine takes from them what they take from it, and nothing from the core. */
const NICENESS = 5;

setPriority(NICENESS);
let crowd: Crowd | null = null;

function tell(word: Word): void {
  process.send?.(word);
}

function hired(): Crowd {
  if (crowd === null) throw new Error('an order came before the hire');
  return crowd;
}

process.on('message', (order: Order) => {
  switch (order.t) {
    case 'hire':
      crowd = new Crowd(order);
      tell({ t: 'hired' });
      break;
    case 'arrive':
      hired().arrive(order);
      break;
    case 'vote':
      hired().vote(order);
      break;
    case 'befall':
      hired().befall(order);
      break;
    case 'report':
      tell({ t: 'report', ref: order.ref, report: hired().report(order.forget) });
      break;
    case 'leave':
      process.exit(0);
  }
});
// Whoever started this is gone; a crowd that nobody watches must not go on.
process.on('disconnect', () => process.exit(0));
setInterval(() => {
  if (crowd !== null) tell({ t: 'progress', progress: crowd.progress() });
}, PROGRESS_MS);
