/** The app's own flags. Electron and Chromium switches, the app folder and a test driver's arguments stand among them and are left alone. */
import { resolve } from 'node:path';

export interface AppFlags {
  /** `--data` as given, or null. */
  data: string | null;
  /** Absolute path of `--show`, or null. */
  showFile: string | null;
  newShow: boolean;
  /** Flags that go to the server as they are, each with its value. */
  serverFlags: string[];
}

const PASSED_ON = ['--mode', '--desk-port', '--audience-port', '--edges'];

/**
 * @param argv `process.argv`, including the executable
 * @param cwd what a relative path of a show file is relative to
 */
export function parseAppArgv(argv: string[], cwd: string): AppFlags {
  const values = new Map<string, string>();
  let newShow = false;
  for (let i = 1; i < argv.length; i++) {
    const [flag = '', ...rest] = (argv[i] ?? '').split('=');
    if (flag === '--new-show') newShow = true;
    if (flag !== '--data' && flag !== '--show' && !PASSED_ON.includes(flag)) continue;
    if (rest.length > 0) {
      values.set(flag, rest.join('='));
      continue;
    }
    const next = argv[i + 1];
    if (next === undefined || next.startsWith('--')) continue;
    values.set(flag, next);
    i++;
  }
  const show = values.get('--show');
  return {
    data: values.get('--data') ?? null,
    showFile: show === undefined ? null : resolve(cwd, show),
    newShow,
    serverFlags: PASSED_ON.flatMap((flag) => {
      const value = values.get(flag);
      return value === undefined ? [] : [flag, value];
    }),
  };
}
