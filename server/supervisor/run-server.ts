/*
 * Longer than 300 lines because it is one list, read from the top: what is looked at, taken and made before a server runs, and what is
 * given back where one of these is refused.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isatty } from 'node:tty';
import { chooseEdges, type EdgeMachine } from '../../shared/domain/edge-count.ts';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import { printable } from '../../shared/protocol/normal-text.ts';
import type { ServerEvent } from '../../shared/protocol/process.ts';
import { monotonicNow } from '../process/clocks.ts';
import { descriptorLimit } from '../process/descriptor-limit.ts';
import { neverWaitFor } from '../process/lossy-lines.ts';
import { bootId } from '../process/process-identity.ts';
import { type DataFolder, findDataFolder, makeDataFolder, makeLogFolder } from '../storage/data-folder.ts';
import { fileKeyStore, type KeyStore } from '../storage/key-store.ts';
import type { Keys } from '../storage/keys.ts';
import { StorageError } from '../storage/storage-error.ts';
import { replaceFile } from '../storage/write-file-atomic.ts';
import { AdvisoryWriter } from './advisory-writer.ts';
import { announcer } from './announcer.ts';
import { anchorFor, clockFileText } from './clock-file.ts';
import { CoreMemory } from './core-memory.ts';
import { type Flags, HELP, parseFlags } from './flags.ts';
import { KeyRing } from './key-ring.ts';
import { ordersAtStart, ordersLostSentence, storeOrders } from './orders-file.ts';
import { removeOrphans } from './orphans.ts';
import { takeOwnerLock } from './owner-lock.ts';
import { pageFolders } from './page-folders.ts';
import { checkPort } from './port-check.ts';
import { makeRuntimeFolder } from './runtime-folder.ts';
import { ServerFiles } from './server-files.ts';
import { openServerLog, type ServerLog } from './server-log.ts';
import { resolveSettings, type Settings } from './settings.ts';
import { readSettingsFile } from './settings-file.ts';
import { checkShow } from './show-check.ts';
import { watchSources } from './source-watch.ts';
import { Supervisor } from './supervisor.ts';
import type { SupervisorWorld } from './supervisor-options.ts';
import { removeTemporaryFiles } from './temporary-files.ts';

/** Something the person who started the server can set right. */
interface Refusal {
  kind: 'refused';
  code: string;
  message: string;
}
const refused = (code: string, message: string): Refusal => ({ kind: 'refused', code, message });

function settingsOf(
  flags: Flags,
  settingsPath: string,
): { kind: 'settings'; settings: Settings; warnings: string[] } | Refusal {
  const file = readSettingsFile(settingsPath);
  if (file.kind === 'refused') return refused('settings', file.message);
  const outcome = resolveSettings(flags.settings, process.env, file.values);
  if (outcome.kind === 'refused') return refused('settings', outcome.message);
  return { ...outcome, warnings: file.warnings };
}

/** What the number of edges hangs on here. Children may hold as many files as this process. */
function machineHere(): EdgeMachine {
  const sharesPort = process.platform === 'linux' || process.platform === 'freebsd';
  return { descriptorLimit: descriptorLimit(), cores: availableParallelism(), sharesPort };
}

/** Refused here and not once the parts run, whatever the show expects. */
function capacityRefusal({ capacity, arrivals, edges }: Settings, machine: EdgeMachine): Refusal | null {
  const choice = chooseEdges({ capacity, arrivalsPerS: arrivals, edges, audience: null }, machine);
  return choice.kind === 'refused' ? refused('capacity', choice.message) : null;
}

/** From the first failure to the most, ms: a disk that gets room should be used soon, and one that has none not be worn. */
const RETRY_MS = 500;
const MOST_RETRY_MS = 2_000;
const CALM_MS = 10_000;
const SLOW_MS = 5_000;

const secretHere = (): string => process.env.TALLYROOM_SECRET ?? '';

/** The keys of the data folder, with a new one in front where that was asked for. */
async function keysAtStart(store: KeyStore, rotateKey: boolean): Promise<Keys> {
  if (rotateKey && secretHere() !== '') {
    throw new StorageError(
      'keys-from-environment',
      'TALLYROOM_SECRET signs the tokens of voters; set a new one there and leave --rotate-key out.',
    );
  }
  const keys = await store.load();
  if (!rotateKey) return keys;
  await store.add();
  return store.promote(Date.now());
}

interface MemoryWish {
  files: DataFolder;
  hasShow: boolean;
  orders: HeldOrder[];
  storedEpoch: number | null;
  keyStore: KeyStore;
  writer: AdvisoryWriter;
}

function coreMemory({ files, hasShow, orders, storedEpoch, keyStore, writer }: MemoryWish): CoreMemory {
  const boot = bootId();
  return new CoreMemory({
    storedEpoch,
    known: anchorFor({ path: files.clock, hasShow, bootId: boot, now: monotonicNow() }),
    // They belong to the show that is put aside, or has gone.
    orders: hasShow ? orders : [],
    bootId: boot,
    wallNowMs: Date.now,
    storeEpoch: (epoch) => void writer.keep(files.keys, () => keyStore.storeEpoch(epoch)),
    storeAnchor: (anchor) =>
      void writer.keep(files.clock, () => replaceFile(files.clock, { text: clockFileText(anchor), mode: 0o600 })),
    storeOrders: (list, onStored) =>
      void writer.keep(files.orders, () => storeOrders(files.orders, list).then(onStored)),
  });
}

async function portRefusal({ deskHost, deskPort, audienceHost, audiencePort }: Settings): Promise<Refusal | null> {
  if (deskPort !== 0 && deskPort === audiencePort) {
    return refused(
      'port',
      `Desk and audience need a port each; both are ${deskPort}. Choose with --desk-port and --audience-port.`,
    );
  }
  for (const wish of [
    { name: 'desk', host: deskHost, port: deskPort, flag: '--desk-port' },
    { name: 'audience', host: audienceHost, port: audiencePort, flag: '--audience-port' },
  ]) {
    const message = await checkPort(wish);
    if (message !== null) return refused('port', message);
  }
  return null;
}

/** Takes the data folder; a refusal leaves everything as it was. */
async function prepare(flags: Flags, world: SupervisorWorld): Promise<Refusal | Supervisor> {
  const files = findDataFolder(flags.data);
  const resolved = settingsOf(flags, files.settings);
  if (resolved.kind === 'refused') return resolved;
  const { settings } = resolved;
  const machine = machineHere();
  const tooMuch = capacityRefusal(settings, machine);
  if (tooMuch !== null) return tooMuch;
  const undo: (() => void)[] = [];
  /** The newest first, and each whatever becomes of the others. */
  const giveBack = () => {
    for (const step of undo.splice(0).reverse()) {
      try {
        step();
      } catch {}
    }
  };
  try {
    const runtime = makeRuntimeFolder();
    undo.push(() => runtime.remove());
    undo.push(makeDataFolder(files));
    const claim = takeOwnerLock({ dataDir: files.dir, controlPath: runtime.controlPath, runtimeDir: runtime.dir });
    if (claim.kind === 'refused') {
      giveBack();
      return claim;
    }
    undo.push(() => claim.lock.withdraw());
    removeTemporaryFiles(files);
    const ofEdges =
      claim.deadOwner === null ? [] : await removeOrphans(claim.deadOwner, [world.coreCommand, world.edgeCommand]);
    const held = await ordersAtStart(files.orders, ofEdges);
    const refusedWith = ({ code, message }: { code: string; message: string }) => {
      giveBack();
      return refused(code, held.areWritten ? message : `${message} ${ordersLostSentence(held.orders)}`);
    };
    const show = checkShow(flags.show, flags.newShow, files);
    if (show.kind === 'refused') return refusedWith(show);
    const noPort = await portRefusal(settings);
    if (noPort !== null) return refusedWith(noPort);
    const hasShow = existsSync(files.journal) && !flags.newShow;
    const keyStore = fileKeyStore(files.keys, secretHere());
    const keys = await keysAtStart(keyStore, flags.rotateKey);
    makeLogFolder(files);
    const writer = new AdvisoryWriter({
      retryMs: RETRY_MS,
      mostRetryMs: MOST_RETRY_MS,
      calmMs: CALM_MS,
      slowMs: SLOW_MS,
      onTrouble: (why) => supervisor.alarms.storageTrouble(why),
      onOver: () => supervisor.alarms.storageIsBack(),
    });
    const log = openServerLog({
      dir: files.logs,
      fileLevel: settings.logLevel,
      // Sentences and log entries on one screen hide each other, so a person sees the bad ones only.
      shownLevel: flags.json || flags.settings.logLevel !== undefined ? settings.logLevel : 'warn',
      shown: process.stderr,
      writer,
    });
    warn([...resolved.warnings, ...show.warnings.map((warning) => `${show.showFile}, ${warning}`)], log);
    const supervisor: Supervisor = new Supervisor({
      files,
      settings,
      showFile: show.showFile,
      newShow: flags.newShow,
      keys: new KeyRing({
        keys,
        store: keyStore,
        signsFromEnvironment: secretHere() !== '',
        keepTrying: (write) => void writer.keep(`${files.keys} (rehearsal code)`, write),
      }),
      machine,
      runtime,
      ownFiles: new ServerFiles({ paths: files, lock: claim.lock, writer }),
      memory: coreMemory({ files, hasShow, orders: held.orders, storedEpoch: keys.epoch, keyStore, writer }),
      log,
      pages: pageFolders(import.meta.url),
      world,
      announce: announcer({ json: flags.json, audienceHost: settings.audienceHost, stdout: process.stdout }),
      onStopped: leave,
    });
    if (hasShow && held.lost !== null) supervisor.alarms.raise('orders-lost', held.lost);
    return supervisor;
  } catch (error) {
    giveBack();
    throw error;
  }
}

/** What its author may not have meant, and does not keep the server from starting: for people on standard error, and for the log. */
function warn(warnings: readonly string[], log: ServerLog): void {
  for (const warning of warnings) {
    process.stderr.write(`Warning: ${printable(warning)}\n`);
    log.own.info({ warning }, 'a file was read with a warning');
  }
}

/** Ends the process once standard output and error have been read, or after a moment where nobody reads. */
function leave(code: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(code), 500).unref();
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}

const onTerminal = () => [0, 1, 2].some((descriptor) => isatty(descriptor));

/**
 * Runs the server until it is told to stop, and ends the process: 0 when it was told to, 1 when it can't go on or was
 * refused, 2 when the command line is wrong.
 */
export async function runServer(args: string[], world: SupervisorWorld): Promise<void> {
  // Keys, ballots, sockets, logs: whatever this server or a part of it makes is for its owner alone.
  process.umask(0o077);
  for (const stream of [process.stdout, process.stderr]) {
    // A reader that left, a file on a disk that is full: what is said is lost then, and that is all.
    stream.on('error', () => {});
    neverWaitFor(stream);
  }
  const flags = parseFlags(args);
  if (flags.kind === 'help') {
    process.stdout.write(`${HELP}\n`);
    return;
  }
  if (flags.kind === 'refused') {
    process.stderr.write(`${printable(flags.message)}\n`);
    leave(2);
    return;
  }
  if (flags.watch && !import.meta.url.endsWith('.ts')) {
    process.stderr.write('--watch looks after sources, and this server runs from a build. Leave it out.\n');
    leave(2);
    return;
  }
  let supervisor: Supervisor | null = null;
  let stopAsked = false;
  const stop = () => {
    stopAsked = true;
    void supervisor?.stop(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', () => {
    // From a terminal it says that this has been closed; a server without one is a service that is asked to renew itself.
    if (onTerminal()) stop();
    else supervisor?.restartEdges('asked for by SIGHUP');
  });
  const outcome = await prepare(flags, world).catch((error) => {
    if (error instanceof StorageError) return refused(error.code, error.message);
    // A fault of ours; whoever reads the events learns of the end all the same.
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return refused('supervisor-fault', `The server can't be started: ${(error as Error).message}.`);
  });
  if (!(outcome instanceof Supervisor)) {
    process.stderr.write(`${printable(outcome.message)}\n`);
    if (flags.json) {
      const events: ServerEvent[] = [
        { event: 'alarm', code: outcome.code, message: outcome.message },
        { event: 'stopped', code: 1 },
      ];
      for (const event of events) process.stdout.write(`${printable(JSON.stringify(event))}\n`);
    }
    leave(1);
    return;
  }
  supervisor = outcome;
  if (process.connected) {
    outcome.parents.present(process);
    process.on('disconnect', () => outcome.parents.gone(process));
  }
  // From here on parts run, and the end of this process is theirs: whatever was overlooked, it goes on.
  process.on('uncaughtException', (error) => {
    try {
      outcome.alarms.fault(error);
    } catch {}
  });
  // Asked while it was still preparing.
  if (stopAsked) await outcome.stop(0);
  else await outcome.start();
  if (flags.watch) watchSources(new URL('../../', import.meta.url), outcome);
}
