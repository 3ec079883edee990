import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));

/** The viewer page: small and plain enough for phones that are several years old. `scripts/build.mjs` weighs it. */
export default defineConfig({
  root: here,
  base: './',
  build: {
    outDir: process.env.TALLYROOM_BUILD_DIR
      ? `${process.env.TALLYROOM_BUILD_DIR}/audience`
      : fileURLToPath(new URL('../../out/audience', import.meta.url)),
    emptyOutDir: true,
    target: ['es2019', 'safari13'],
    modulePreload: false,
    reportCompressedSize: false,
  },
});
