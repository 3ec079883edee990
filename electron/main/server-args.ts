/** What the app starts its server with. */

export interface ServerArgs {
  dataDir: string;
  /** The data folder holds a show already (its `journal.db` is there). */
  hasShow: boolean;
  /** `--show` of the app's own command line, or null. */
  showFile: string | null;
  newShow: boolean;
  sampleShow: string;
  serverFlags: string[];
  /**
   * Ports of a server that ended under this app, or null at the first start. Viewers come back to the address they
   * know, so the next one has to listen there; the show flags are done with by then and would only be refused.
   */
  ports: { desk: number; audience: number } | null;
}

export function serverArgs(options: ServerArgs): string[] {
  const { dataDir, hasShow, showFile, newShow, sampleShow, serverFlags, ports } = options;
  const args = ['--json', '--data', dataDir];
  if (ports !== null) {
    const kept = serverFlags.flatMap((flag, i) =>
      i % 2 === 0 && flag !== '--desk-port' && flag !== '--audience-port' ? [flag, serverFlags[i + 1] ?? ''] : [],
    );
    const mode = kept.indexOf('--mode');
    // The mode may have been changed since; the data folder knows it.
    if (mode >= 0) kept.splice(mode, 2);
    return [...args, ...kept, '--desk-port', String(ports.desk), '--audience-port', String(ports.audience)];
  }
  const show = showFile ?? (hasShow ? null : sampleShow);
  if (show !== null) args.push('--show', show);
  if (newShow) args.push('--new-show');
  return [...args, ...serverFlags];
}
