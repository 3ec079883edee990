/** What AsyncAPI documents are put together from. */

export interface MessageDoc {
  title: string;
  summary: string;
  /** Name of its schema; null where it carries nothing. */
  schema: string | null;
  /** Whole messages as they go over the wire, each under what it shows. */
  examples: Record<string, unknown>;
}

/** `components.messages`. The name of a message is what it is called on the wire. */
export function messages(docs: Record<string, MessageDoc>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(docs).map(([name, { title, summary, schema, examples }]) => [
      name,
      {
        name,
        title,
        summary,
        contentType: 'application/json',
        ...(schema === null ? {} : { payload: { $ref: `#/components/schemas/${schema}` } }),
        ...(Object.keys(examples).length === 0
          ? {}
          : { examples: Object.entries(examples).map(([shows, payload]) => ({ name: shows, payload })) }),
      },
    ]),
  );
}

/** A channel's messages, from `components.messages`. */
export function channelMessages(names: readonly string[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
}

export interface OperationDoc {
  /** As the server sees it: `receive` is what a client sends. */
  action: 'send' | 'receive';
  channel: string;
  messages: readonly string[];
  summary: string;
  description: string | null;
  /** Messages that answer it; null where nothing does. */
  reply: readonly string[] | null;
}

export function operation({ action, channel, messages: names, summary, description, reply }: OperationDoc): object {
  const inChannel = (name: string) => ({ $ref: `#/channels/${channel}/messages/${name}` });
  return {
    action,
    channel: { $ref: `#/channels/${channel}` },
    summary,
    ...(description === null ? {} : { description }),
    messages: names.map(inChannel),
    ...(reply === null
      ? {}
      : { reply: { channel: { $ref: `#/channels/${channel}` }, messages: reply.map(inChannel) } }),
  };
}
