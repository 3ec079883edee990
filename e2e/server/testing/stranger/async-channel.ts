/** One channel of an AsyncAPI document: which messages go which way, and whether one is as described. */
import { type ApiDocument, isObject, type Json } from './api-document.ts';

export class AsyncChannel {
  readonly document: ApiDocument;
  readonly name: string;
  readonly address: string;
  /** Messages that the server may send, as events or as replies. */
  readonly fromServer: ReadonlySet<string>;
  readonly toServer: ReadonlySet<string>;
  /** Names of messages that came and were as described. */
  readonly seen = new Set<string>();

  constructor(document: ApiDocument, name: string) {
    this.document = document;
    this.name = name;
    const address = document.get(['channels', name, 'address']);
    if (typeof address !== 'string') throw new Error(`the channel ${name} has no address`);
    this.address = address;
    const fromServer = new Set<string>();
    const toServer = new Set<string>();
    for (const operation of Object.values(document.object(['operations']))) {
      if (!isObject(operation) || !isObject(operation.channel)) continue;
      if (operation.channel.$ref !== `#/channels/${name}`) continue;
      for (const message of namesIn(operation.messages)) {
        (operation.action === 'send' ? fromServer : toServer).add(message);
      }
      if (isObject(operation.reply)) for (const message of namesIn(operation.reply.messages)) fromServer.add(message);
    }
    this.fromServer = fromServer;
    this.toServer = toServer;
  }

  /** @throws when the server doesn't send this, or not like this */
  received(name: string, payload: Json): void {
    if (!this.fromServer.has(name)) throw new Error(`${name} is no message of the server: ${JSON.stringify(payload)}`);
    const faults = this.#faults(name, payload);
    if (faults.length > 0) throw new Error(`${name}: ${faults.join('; ')}\n${JSON.stringify(payload)}`);
    this.seen.add(name);
  }

  /** @throws when the document doesn't let a client send this */
  maySend(name: string, payload: Json): void {
    if (!this.toServer.has(name)) throw new Error(`${name} is no message of a client`);
    const faults = this.#faults(name, payload);
    if (faults.length > 0) throw new Error(`the document doesn't take this ${name}: ${faults.join('; ')}`);
  }

  #faults(name: string, payload: Json): string[] {
    const schema = this.document.find(['channels', this.name, 'messages', name, 'payload']);
    if (schema === null) return payload === null ? [] : [`${name} carries nothing`];
    return this.document.faults(schema.place, payload);
  }
}

function namesIn(references: Json | undefined): string[] {
  if (!Array.isArray(references)) return [];
  return references.flatMap((reference) =>
    isObject(reference) && typeof reference.$ref === 'string' ? [reference.$ref.split('/').at(-1) ?? ''] : [],
  );
}
