import { COMMON, header } from './audience-headers.ts';

/** One path: what is said about it, and its calls. HEAD comes with GET where it is answered; OPTIONS everywhere. */
export function path(calls: { get?: object; post?: object }, { head }: { head: boolean }) {
  const methods = [...(calls.get ? ['GET'] : []), ...(calls.post ? ['POST'] : []), ...(head ? ['HEAD'] : [])];
  return {
    ...calls,
    ...(head
      ? {
          head: {
            summary: 'The headers of GET alone',
            responses: { default: { description: 'As GET, without a body.', headers: COMMON } },
          },
        }
      : {}),
    options: {
      summary: 'Preflight of a browser',
      security: [],
      responses: {
        '204': {
          description: `Allowed: ${methods.join(', ')} from any origin, with Authorization, Content-Type and If-None-Match.`,
          headers: {
            ...COMMON,
            'Access-Control-Allow-Methods': header('Methods'),
            'Access-Control-Allow-Headers': header('AllowedHeaders'),
            'Access-Control-Max-Age': header('PreflightAge'),
          },
        },
      },
    },
  };
}
