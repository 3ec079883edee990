import { parseArgs } from 'node:util';
import { type Given, SETTING_FLAGS, type SettingName } from './settings.ts';

export interface Flags {
  kind: 'flags';
  json: boolean;
  /** As given; the storage module finds the folder. */
  data: string | null;
  show: string | null;
  newShow: boolean;
  /** Parts are started again when their sources change. */
  watch: boolean;
  /** Sign with a new key from this start on. */
  rotateKey: boolean;
  settings: Given;
}

export type FlagsOutcome = Flags | { kind: 'help' } | { kind: 'refused'; message: string };

export const HELP = `Tallyroom server: counts the votes of a live show. Stops on Ctrl-C.

  --data DIR              data folder of the show
  --show FILE             show file to import where the folder holds no show yet
  --new-show              import --show even so; the old show is kept beside
  --mode live|rehearsal   without it: the mode the folder's show is in, for a new show rehearsal
  --desk-port N           default 4310; 0 takes any free one
  --audience-port N       default 4320; 0 takes any free one
  --desk-host ADDRESS     default 127.0.0.1: the desk is for this machine only
  --audience-host ADDRESS default 0.0.0.0
  --capacity N            viewers that must fit; without it as many as the show expects
  --arrivals N            viewers a second that are expected at the peak of arrivals
  --edges N|auto          processes that serve viewers; auto, the default, takes as many as these two need
  --rotate-key            sign the voters' tokens with a new key; those signed with the old ones hold on
  --public-url URL        what viewers are told instead of this machine's address
  --trusted-proxy CIDR    proxies whose X-Forwarded-For or Forwarded is believed; may be repeated
  --log-level LEVEL       trace, debug, info, warn or error
  --watch                 for working on the server: starts parts again when their sources change
  --json                  one JSON object a line instead of sentences
  --help

Settings also come from the environment (TALLYROOM_DESK_PORT, ...) and from settings.json in the data folder ("deskPort", ...).`;

const text = { type: 'string' } as const;
const OPTIONS = {
  json: { type: 'boolean' },
  help: { type: 'boolean' },
  data: text,
  show: text,
  'new-show': { type: 'boolean' },
  watch: { type: 'boolean' },
  role: text,
  mode: text,
  'desk-port': text,
  'audience-port': text,
  'desk-host': text,
  'audience-host': text,
  edges: text,
  capacity: text,
  arrivals: text,
  'rotate-key': { type: 'boolean' },
  'public-url': text,
  'trusted-proxy': { type: 'string', multiple: true },
  'log-level': text,
} as const;

/** @param args the command line without executable and script */
export function parseFlags(args: string[]): FlagsOutcome {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('ERR_PARSE_ARGS')) throw error;
    // The first sentence names the argument; what follows explains parseArgs, not Tallyroom.
    return { kind: 'refused', message: `${message.split('. ')[0]}. --help lists what there is.` };
  }
  if (values.help) return { kind: 'help' };
  // A variable of a script that is not set. Threat: `--data "$DIR"` would open the folder of another show.
  const empty = Object.entries(values).find(([, value]) => value === '');
  if (empty !== undefined)
    return { kind: 'refused', message: `--${empty[0]} is empty. Give it a value or leave it out.` };
  if (values.role !== undefined) {
    return {
      kind: 'refused',
      message:
        '--role runs one part alone on a host of its own. This version runs all parts on one machine; leave --role out.',
    };
  }
  if (values['new-show'] && values.show === undefined) {
    return { kind: 'refused', message: '--new-show replaces the show by another one; name it with --show FILE.' };
  }
  const settings: Given = {};
  for (const [name, flag] of Object.entries(SETTING_FLAGS)) {
    const value = values[flag as keyof typeof values];
    if (value !== undefined) settings[name as SettingName] = value;
  }
  return {
    kind: 'flags',
    json: values.json ?? false,
    data: values.data ?? null,
    show: values.show ?? null,
    newShow: values['new-show'] ?? false,
    watch: values.watch ?? false,
    rotateKey: values['rotate-key'] ?? false,
    settings,
  };
}

function parse(args: string[]) {
  return parseArgs({ args, options: OPTIONS, strict: true, allowPositionals: false }).values;
}
