import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process beyond its pid, which the system gives to somebody else once it is free. */
export interface ProcessIdentity {
  pid: number;
  /** When it started, in the system's own ticks; null where the system doesn't tell. */
  startTicks: string | null;
}

interface Stat {
  /** Of its first thread: a letter. */
  state: string;
  /** Also those that are just ending. */
  threads: number;
  startTicks: string;
  /** Processor time so far. */
  cpuTicks: number;
}

/** Null where there is no /proc or no such process. */
function statOf(pid: number): Stat | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  // The name in parentheses may hold spaces and parentheses itself, so the fields are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    state: fields[0] ?? '',
    threads: Number(fields[17]),
    startTicks: fields[19] ?? '',
    cpuTicks: Number(fields[11]) + Number(fields[12]),
  };
}

export function identityOf(pid: number): ProcessIdentity {
  return { pid, startTicks: statOf(pid)?.startTicks ?? null };
}

/**
 * Whether that very process still runs. A zombie doesn't: it holds neither ports nor files. Unless other threads of it have not
 * ended yet, which on a busy machine takes a while after a kill.
 */
export function isAlive(identity: ProcessIdentity): boolean {
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const stat = statOf(identity.pid);
  if (stat === null) return process.platform !== 'linux';
  if (stat.state === 'Z' && stat.threads <= 1) return false;
  return identity.startTicks === null || stat.startTicks === identity.startTicks;
}

/** What a process was started with, the executable first; empty where the system doesn't tell. */
export function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}

/** Processor time of a process so far, in the system's own ticks (10 ms on Linux); null where the system doesn't tell. */
export function cpuTicksOf(pid: number): number | null {
  return statOf(pid)?.cpuTicks ?? null;
}

const SYSCTL_WITHIN_MS = 1_000;

/** Names the boot that the machine's monotonic clock counts from; null where the system has no name for it. */
export function bootId(): string | null {
  try {
    const name =
      process.platform === 'darwin'
        ? execFileSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8', timeout: SYSCTL_WITHIN_MS })
        : readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
    return name.trim() || null;
  } catch {
    return null;
  }
}
