import { parseArgs } from 'node:util';

/** `quick` is for a look, `full` has the sizes of the budgets. */
export const SIZES = ['quick', 'usual', 'full'] as const;
export type Size = (typeof SIZES)[number];

/** What a person asked the bench for. Null: what the scenario does at this size. */
export interface Setting {
  size: Size;
  /** Names of scenarios; empty: those of the size. */
  only: string[];
  viewers: number | null;
  edges: number | null;
  /** How long arrivals or votes are spread over, s. */
  overS: number | null;
  pairs: number | null;
  seed: number;
  /** Every process that is started writes a profile. */
  profile: boolean;
}

export type SettingOutcome =
  | { kind: 'setting'; setting: Setting }
  /** The page is written anew from results; `only` as in a setting. */
  | { kind: 'page'; only: string[] }
  | { kind: 'help' }
  | { kind: 'refused'; message: string };

const PAGE = 'page';
const number = { type: 'string' } as const;

/** @param args the command line without executable and script */
export function readSetting(args: string[], scenarios: readonly string[], newSeed: number): SettingOutcome {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return { kind: 'refused', message: `${(error as Error).message.split('. ')[0]}.` };
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: 'help' };
  const setting: Setting = {
    size: 'usual',
    only: [],
    viewers: null,
    edges: null,
    overS: null,
    pairs: null,
    seed: newSeed,
    profile: values.profile ?? false,
  };
  const isPage = positionals[0] === PAGE;
  for (const word of isPage ? positionals.slice(1) : positionals) {
    const size = SIZES.find((name) => name === word);
    if (size !== undefined) setting.size = size;
    else if (scenarios.includes(word)) setting.only.push(word);
    else
      return { kind: 'refused', message: `There is no size or scenario ${word}. Scenarios: ${scenarios.join(', ')}.` };
  }
  for (const [name, field] of [
    ['viewers', 'viewers'],
    ['edges', 'edges'],
    ['seconds', 'overS'],
    ['pairs', 'pairs'],
    ['seed', 'seed'],
  ] as const) {
    const text = values[name];
    if (text === undefined) continue;
    const value = Number(text);
    if (!(value > 0 && Number.isInteger(value)) && !(name === 'seconds' && value > 0)) {
      return { kind: 'refused', message: `--${name} must be a positive number, not ${text}.` };
    }
    setting[field] = value;
  }
  return isPage ? { kind: 'page', only: setting.only } : { kind: 'setting', setting };
}

function parse(args: string[]) {
  return parseArgs({
    args,
    options: {
      help: { type: 'boolean' },
      viewers: number,
      edges: number,
      seconds: number,
      pairs: number,
      seed: number,
      profile: { type: 'boolean' },
    },
    strict: true,
    allowPositionals: true,
  });
}

/** One value for each size. */
export function bySize<T>({ size }: Setting, quick: T, usual: T, full: T): T {
  return { quick, usual, full }[size];
}
