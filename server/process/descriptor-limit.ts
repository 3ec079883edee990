/** Windows knows no such limit, and "unlimited" is no number; more than this no single process would carry anyway. */
const NO_LIMIT = 1_000_000;

/** How many files and sockets this process may hold: the soft limit, which Node raises to the hard one at start. */
export function descriptorLimit(): number {
  // Asking for the network would look up names and can block for seconds.
  (process.report as { excludeNetwork?: boolean }).excludeNetwork = true;
  const report: unknown = process.report.getReport();
  if (typeof report !== 'object' || report === null || !('userLimits' in report)) return NO_LIMIT;
  const limits = report.userLimits as { open_files?: { soft?: number | string } };
  const soft = Number(limits.open_files?.soft);
  return Number.isInteger(soft) ? soft : NO_LIMIT;
}
