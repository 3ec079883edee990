/** What processes use, from Linux's own books. */
import { readdirSync, readFileSync } from 'node:fs';

/** CPU time of a process so far, user and system, s: fields 14 and 15 of `stat`, in hundredths (`USER_HZ`). 0 once it is gone. */
export function cpuS(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/** Memory of a process that is in RAM, KiB; 0 once it is gone. */
export function rssKb(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** File descriptors that a process has open; 0 once it is gone. */
export function descriptors(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

export function totalOf(pids: readonly number[], pick: (pid: number) => number): number {
  return pids.reduce((sum, pid) => sum + pick(pid), 0);
}

/** The V8 flags that a process was started with: what stands between the executable and the script on its command line. */
export function v8FlagsOf(pid: number): string[] {
  const [, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  return args.slice(
    0,
    args.findIndex((arg) => !arg.startsWith('--')),
  );
}
