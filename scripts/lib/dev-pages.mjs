/** The pages of `npm run dev`: Vite serves them from their sources, and hands what is meant for the server on to it. */
import { createServer as createTcpServer } from 'node:net';
import react from '@vitejs/plugin-react';
import { createLogger, createServer } from 'vite';
import { inRoot, root } from './paths.mjs';

/**
 * A free port, the wished one where it is: the page's hot reload has to know it before anything listens.
 * @param {number} wished
 * @returns {Promise<number>}
 */
async function freePort(wished) {
  /** @param {number} port @returns {Promise<number | null>} */
  const tried = (port) =>
    new Promise((resolve) => {
      const server = createTcpServer();
      server.on('error', () => resolve(null));
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
      });
    });
  return (await tried(wished)) ?? (await tried(0)) ?? wished;
}

/**
 * Hands calls on under the server's own name and origin: it knows no other page than its own, and is not taught to.
 * @param {string} target
 * @returns {import('vite').ProxyOptions}
 */
const handOn = (target) => ({
  target,
  changeOrigin: true,
  ws: true,
  configure: (proxy) => {
    for (const event of /** @type {const} */ (['proxyReq', 'proxyReqWs'])) {
      proxy.on(event, (request) => {
        if (request.getHeader('origin') !== undefined) request.setHeader('origin', target);
      });
    }
  },
});

/** The core is away while it starts again and the pages try again by themselves: no news, and there would be a screenful of it. */
function quietLogger() {
  const logger = createLogger('warn');
  return {
    ...logger,
    /** @param {string} words @param {import('vite').LogErrorOptions} [options] */
    error(words, options) {
      if (!/proxy (socket )?error/.test(words)) logger.error(words, options);
    },
  };
}

/**
 * @param {{ name: string, wishedPort: number, config: import('vite').InlineConfig, proxy: Record<string, import('vite').ProxyOptions> }} page
 */
async function servePage({ name, wishedPort, config, proxy }) {
  const port = await freePort(wishedPort);
  const server = await createServer({
    ...config,
    clearScreen: false,
    customLogger: quietLogger(),
    cacheDir: inRoot(`.cache/vite-${name}`),
    server: {
      host: '127.0.0.1',
      port,
      strictPort: true,
      // The Electron page has an origin without a port, so its hot reload is told where to connect.
      hmr: { protocol: 'ws', host: '127.0.0.1', clientPort: port },
      fs: { allow: [root] },
      proxy,
    },
  });
  await server.listen();
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

/** @param {string} coreUrl */
export const serveDesk = (coreUrl) =>
  servePage({
    name: 'desk',
    wishedPort: 5173,
    config: { configFile: false, root: inRoot('renderer/desk'), plugins: [react()] },
    // With the slash: `/desk-context.tsx` is a source.
    proxy: { '^/api/': handOn(coreUrl), '^/desk/': handOn(coreUrl), '^/metrics$': handOn(coreUrl) },
  });

/** @param {string} audienceUrl */
export const serveAudience = (audienceUrl) =>
  servePage({
    name: 'audience',
    wishedPort: 5174,
    config: { configFile: inRoot('renderer/audience/vite.config.ts') },
    proxy: { '^/v1/': handOn(audienceUrl) },
  });
