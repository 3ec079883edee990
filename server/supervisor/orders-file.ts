import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { HeldOrder } from '../../shared/protocol/held-order.ts';
import { replaceFileForGood } from '../storage/write-file-atomic.ts';
import { mergedOrders } from './orders-of-edges.ts';

/** `DATA/orders.json`, mode 0600: acts that are in force and not in the journal, for the server after this one. There is none where there are none. */
const OrdersFile = z.strictObject({ version: z.literal(1), orders: z.array(HeldOrder) });

export interface StoredOrders {
  orders: HeldOrder[];
  /** Why there may be some that nobody knows of, as a sentence; null where there are none. */
  lost: string | null;
}

/** @param path `orders.json` of the data folder */
export function storedOrders(path: string): StoredOrders {
  try {
    return { orders: OrdersFile.parse(JSON.parse(readFileSync(path, 'utf8'))).orders, lost: null };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { orders: [], lost: null };
    return {
      orders: [],
      lost: `${path} can't be read or is damaged: what was taken off the air while the disk took nothing may be on it again. Look at what viewers see.`,
    };
  }
}

/** The whole list, made sure of. One at a time. Rejects when the disk does not take it. */
export async function storeOrders(path: string, orders: readonly HeldOrder[]): Promise<void> {
  if (orders.length === 0) {
    await rm(path, { force: true });
    return;
  }
  const content: z.infer<typeof OrdersFile> = { version: 1, orders: [...orders] };
  await replaceFileForGood(path, { text: `${JSON.stringify(content)}\n`, mode: 0o600 });
}

export interface HeldAtStart extends StoredOrders {
  /** The folder has them. */
  areWritten: boolean;
}

/**
 * What a server that starts holds. Where it is refused after this, another one will ask the folder for what edges held that are
 * gone by then.
 *
 * @param path `orders.json` of the data folder
 */
export async function ordersAtStart(path: string, ofEdges: readonly HeldOrder[]): Promise<HeldAtStart> {
  const stored = storedOrders(path);
  if (ofEdges.length === 0) return { ...stored, areWritten: true };
  const orders = mergedOrders(stored.orders, ofEdges);
  const areWritten = await storeOrders(path, orders).then(
    () => true,
    () => false,
  );
  return { ...stored, orders, areWritten };
}

/** What to tell people of orders that end with this server, and what they should do about it. */
export function ordersLostSentence(orders: readonly HeldOrder[]): string {
  const acts = orders.map(({ command, runId, actor, atMs }) => {
    const what = runId === null ? command.type : `${command.type} of ${runId}`;
    return `${what} by ${actor} at ${new Date(atMs).toISOString()}`;
  });
  const [is, them] = acts.length === 1 ? ['act was', 'it'] : ['acts were', 'them'];
  return `${acts.length} ${is} in force and could not be written down: ${acts.join(', ')}. The next server does not know of ${them}: do ${them} again as soon as it is up.`;
}
