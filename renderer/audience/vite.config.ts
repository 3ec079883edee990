import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * `Features.LogicalProperties` of lightningcss, which goes by the *language* of an element where it writes sides by name for
 * old browsers. A Hebrew question has none, only a direction; every browser of the target knows these properties.
 */
const LOGICAL_PROPERTIES = 1 << 19;

/** The viewer page: small and plain enough for phones that are several years old. `scripts/build.mjs` weighs it. */
export default defineConfig({
  root: here,
  base: './',
  css: { lightningcss: { exclude: LOGICAL_PROPERTIES } },
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
