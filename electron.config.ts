import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/** The build writes into a fresh folder and swaps it in when it is whole; see `scripts/build.mjs`. */
const outDir = process.env.TALLYROOM_BUILD_DIR ?? 'out';

/**
 * The runtime that tests use is Node 18; current Electron is newer. CommonJS, because a sandboxed preload can't be
 * anything else, and whole, because the packaged app brings no packages for it.
 */
const forElectron = (input: string, part: string) => ({
  build: {
    outDir: `${outDir}/${part}`,
    target: 'node18',
    externalizeDeps: false,
    rolldownOptions: {
      input: resolve(input),
      output: { format: 'cjs' as const, entryFileNames: '[name].cjs' },
    },
  },
});

export default defineConfig({
  main: forElectron('electron/main/main.ts', 'main'),
  preload: forElectron('electron/preload/preload.ts', 'preload'),
  renderer: {
    root: 'renderer/desk',
    base: './',
    plugins: [react()],
    build: {
      outDir: `${outDir}/desk`,
      emptyOutDir: true,
      target: 'chrome114',
      minify: true,
      rolldownOptions: { input: resolve('renderer/desk/index.html') },
    },
  },
});
