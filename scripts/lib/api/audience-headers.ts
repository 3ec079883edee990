/** The headers of the audience port's answers, as its OpenAPI document names them. */

export const header = (name: string) => ({ $ref: `#/components/headers/${name}` });
/** On every answer of the port. */
export const COMMON = {
  'Access-Control-Allow-Origin': header('AnyOrigin'),
  'Access-Control-Expose-Headers': header('Exposed'),
  'X-Content-Type-Options': header('NoSniff'),
};
export const NO_STORE = { ...COMMON, 'Cache-Control': header('NoStore') };
export const PAGE_HEADERS = {
  ...COMMON,
  ETag: header('PageTag'),
  'Cache-Control': header('NoCache'),
  Vary: header('VaryPage'),
};
export const STATE_HEADERS = {
  ...COMMON,
  ETag: header('StateTag'),
  'Cache-Control': header('StateCache'),
  Vary: header('Vary'),
};

const text = (description: string, schema: object) => ({ description, schema: { type: 'string', ...schema } });

/** `components.headers`. */
export const HEADERS = {
  AnyOrigin: text('Pages of any origin may ask.', { const: '*' }),
  Exposed: text('What such a page may read.', { const: 'etag, retry-after' }),
  NoSniff: text('The content type holds.', { const: 'nosniff' }),
  NoStore: text('Nobody keeps this.', { const: 'no-store' }),
  NoCache: text('Ask again each time.', { const: 'no-cache' }),
  NoBuffer: text('For proxies: pass each event on at once.', { const: 'no' }),
  EventCache: text('No cache keeps a stream.', { enum: ['no-cache', 'no-store'] }),
  StateCache: text('A shared cache keeps it for a second; `no-store` with a code or a rehearsal token.', {
    enum: ['public, max-age=0, s-maxage=1, stale-if-error=10', 'no-store'],
  }),
  StateTag: text('`"<epoch>-<rev>"` of the state.', { pattern: '^"\\d+-\\d+"$' }),
  PageTag: text('Changes with the page.', { pattern: '^".+"$' }),
  Vary: text('A rehearsal token sees another state.', { const: 'authorization' }),
  VaryPage: text('It may come compressed.', { const: 'accept-encoding' }),
  RetryAfter: text('Whole seconds; `retryAfterMs` rounded up.', { pattern: '^[1-9]\\d*$' }),
  Methods: text('What may be asked here.', {}),
  AllowedHeaders: text('What a page may send.', { const: 'authorization, content-type, if-none-match' }),
  PreflightAge: text('Seconds that a browser may remember this.', { const: '7200' }),
};
