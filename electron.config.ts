import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/** The build writes into a fresh folder and swaps it in when it is whole; see `scripts/build.mjs`. */
const outDir = process.env.TALLYROOM_BUILD_DIR ?? 'out';
const main = resolve('electron/main/main.ts');
const preload = resolve('electron/preload/preload.ts');
const desk = resolve('renderer/desk/index.html');

/** The runtime that tests use is Node 18 and Chromium 114; current Electron is newer in both. CommonJS because a sandboxed preload can't be anything else. */
const forElectron = (input: string, part: string) => ({
  build: {
    outDir: `${outDir}/${part}`,
    target: 'node18',
    externalizeDeps: false,
    rolldownOptions: { input, output: { format: 'cjs' as const, entryFileNames: '[name].cjs' } },
  },
});

export default defineConfig({
  ...(existsSync(main) ? { main: forElectron(main, 'main') } : {}),
  ...(existsSync(preload) ? { preload: forElectron(preload, 'preload') } : {}),
  ...(existsSync(desk)
    ? {
        renderer: {
          root: 'renderer/desk',
          base: './',
          plugins: [react()],
          build: {
            outDir: `${outDir}/desk`,
            emptyOutDir: true,
            target: 'chrome114',
            minify: true,
            rolldownOptions: { input: desk },
          },
        },
      }
    : {}),
});
