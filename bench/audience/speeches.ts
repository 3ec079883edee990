import type { Ears, Speech } from './ears.ts';
import type { Hire } from './messages.ts';
import { ProductDialect } from './product-dialect.ts';
import type { Transport } from './viewer.ts';
import { WsSpeech } from './ws-speech.ts';

/** How each transport is spoken to this server. */
export function speechesFor({ host, port }: Hire, ears: Ears): Record<Transport, Speech> {
  const authority = `${host}:${port}`;
  const ws = new WsSpeech(ears, new ProductDialect(ears), authority);
  return { ws, sse: ws, poll: ws };
}
