import { fileURLToPath } from 'node:url';

/** Where the built pages lie, seen from the running file: `out/server/server/supervisor` once built, `server/supervisor` from source. */
export function pageFolders(from: string): { deskPageDir: string; audiencePageDir: string } {
  const out = from.endsWith('.ts') ? '../../out/' : '../../../';
  return {
    deskPageDir: fileURLToPath(new URL(`${out}desk`, from)),
    audiencePageDir: fileURLToPath(new URL(`${out}audience`, from)),
  };
}
