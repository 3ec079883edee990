import { z } from 'zod';
import { MAX_EDGES } from '../../shared/domain/edge-count.ts';

/** Numbers come as text from flags and the environment. Nothing else is one: an empty text, a list or null is no 0. */
function numberOf(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  return /^\s*-?\d+(\.\d+)?\s*$/.test(given) ? Number(given) : given;
}
const wholeNumber = (min: number, max: number) =>
  z.preprocess(
    numberOf,
    z
      .number({ error: 'must be a number' })
      .int('must be a whole number')
      .min(min, `must be at least ${min}`)
      .max(max, `must be at most ${max}`),
  );
const port = wholeNumber(0, 65_535);
const oneOf = <const T extends [string, ...string[]]>(...values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });
const cidr = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], {
  error: 'must be an address or a network such as 10.0.0.0/8',
});

/** No machine holds more, and a typing slip by a few zeros is found. */
const MOST_VIEWERS = 10_000_000;
const EDGES = `must be auto or a whole number from 1 to ${MAX_EDGES}`;

/**
 * Everything about a server that can be set; flags win over the environment, that over `settings.json` in the data
 * folder, that over these defaults.
 */
export const Settings = z.object({
  /** Null: the mode that the data folder's show is in. */
  mode: oneOf('live', 'rehearsal').nullable().default(null),
  /** 0 takes any free one. */
  deskPort: port.default(4310),
  audiencePort: port.default(4320),
  deskHost: z.string().min(1).default('127.0.0.1'),
  audienceHost: z.string().min(1).default('0.0.0.0'),
  /** `auto`: as many as capacity and arrivals need. */
  edges: z
    .union(
      [z.literal('auto'), z.preprocess(numberOf, z.number(EDGES).int(EDGES).min(1, EDGES).max(MAX_EDGES, EDGES))],
      EDGES,
    )
    .default('auto'),
  /** Viewers that must fit. Null: as many as the show expects. */
  capacity: wholeNumber(1, MOST_VIEWERS).nullable().default(null),
  /** Viewers a second that are expected at the peak of arrivals. */
  arrivals: wholeNumber(1, MOST_VIEWERS).nullable().default(null),
  /** What viewers are told instead of the machine's own address. */
  publicUrl: z
    .url({ protocol: /^https?$/, error: 'must be an address that starts with http:// or https://' })
    .nullable()
    .default(null),
  trustedProxies: z.array(cidr).default([]),
  logLevel: oneOf('trace', 'debug', 'info', 'warn', 'error').default('info'),
});
export type Settings = z.infer<typeof Settings>;
export type SettingName = keyof Settings;

/** Names of a setting in the three places where a person can give it. */
export const SETTING_FLAGS: Record<SettingName, string> = {
  mode: 'mode',
  deskPort: 'desk-port',
  audiencePort: 'audience-port',
  deskHost: 'desk-host',
  audienceHost: 'audience-host',
  edges: 'edges',
  capacity: 'capacity',
  arrivals: 'arrivals',
  publicUrl: 'public-url',
  trustedProxies: 'trusted-proxy',
  logLevel: 'log-level',
};
export const SETTING_NAMES = Object.keys(SETTING_FLAGS) as SettingName[];
export const environmentName = (name: SettingName) =>
  `TALLYROOM_${SETTING_FLAGS[name].replaceAll('-', '_').toUpperCase()}`;

export type Given = Partial<Record<SettingName, unknown>>;
export type SettingsOutcome = { kind: 'settings'; settings: Settings } | { kind: 'refused'; message: string };

/**
 * @param flags what the command line gave
 * @param env the environment; a list is separated by commas
 * @param file the parsed `settings.json`, or null where there is none; names that are none of ours are left alone
 */
export function resolveSettings(flags: Given, env: Record<string, string | undefined>, file: unknown): SettingsOutcome {
  const inFile = z.record(z.string(), z.unknown()).safeParse(file ?? {});
  if (!inFile.success) return { kind: 'refused', message: 'settings.json must hold one JSON object.' };
  const given: Given = {};
  const from: Partial<Record<SettingName, string>> = {};
  for (const name of SETTING_NAMES) {
    const text = env[environmentName(name)];
    const fromEnv = text === '' ? undefined : name === 'trustedProxies' ? text?.split(',').map((s) => s.trim()) : text;
    if (flags[name] !== undefined) {
      given[name] = flags[name];
      from[name] = `--${SETTING_FLAGS[name]}`;
    } else if (fromEnv !== undefined) {
      given[name] = fromEnv;
      from[name] = environmentName(name);
    } else if (inFile.data[name] !== undefined) {
      given[name] = inFile.data[name];
      from[name] = `"${name}" in settings.json`;
    }
  }
  const parsed = Settings.safeParse(given);
  if (parsed.success) return { kind: 'settings', settings: parsed.data };
  const sentences = parsed.error.issues.map((issue) => {
    const name = issue.path[0] as SettingName;
    return `${from[name]} ${issue.message} (it is ${JSON.stringify(given[name])}).`;
  });
  return { kind: 'refused', message: sentences.join('\n') };
}
