import { createServer } from 'node:net';

export interface PortWish {
  /** For the sentence: `desk`. */
  name: string;
  host: string;
  port: number;
  /** The flag that chooses another one. */
  flag: string;
}

/**
 * Binds the port once, alone, and lets go of it: edges share their port (SO_REUSEPORT), so a foreign server on it would
 * otherwise go unnoticed and take its share of the viewers.
 *
 * @returns null when the port can be had, else a sentence
 */
export function checkPort({ name, host, port, flag }: PortWish): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', (error: NodeJS.ErrnoException) => {
      resolve(sentence(error));
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });

  function sentence(error: NodeJS.ErrnoException): string {
    const where = `The ${name} port ${port} on ${host}`;
    switch (error.code) {
      case 'EADDRINUSE':
        return `${where} is taken by another program. Stop that one, or choose another port: ${flag} N (0 takes any free one).`;
      case 'EACCES':
        return `${where} may not be opened by this user; ports below 1024 usually want an administrator. Choose another one: ${flag} N.`;
      case 'EADDRNOTAVAIL':
      case 'ENOTFOUND':
        return `${where} can't be opened, because this machine has no such address. Choose another one: ${flag.replace('-port', '-host')} ADDRESS.`;
      default:
        return `${where} can't be opened: ${error.message}. Choose another one: ${flag} N.`;
    }
  }
}
