/** A log as a file for other programs. The names of the fields stay. */
import { detailOf, type LogRow } from './log-row.ts';

export const EXPORT_FIELDS = [
  'log',
  'seq',
  'time',
  'action',
  'type',
  'cue',
  'cueNumber',
  'cueText',
  'who',
  'by',
  'source',
  'outcome',
  'code',
  'message',
  'said',
  'latencyMs',
  'marks',
  'id',
  'wonBy',
  'wonById',
  'command',
  'answer',
  'actor',
  'wonByActor',
] as const;
export type ExportField = (typeof EXPORT_FIELDS)[number];
export type ExportRecord = Readonly<Record<ExportField, unknown>>;

export function exportRecord(log: 'desk' | 'show', row: LogRow): ExportRecord {
  return {
    log,
    seq: row.seq,
    time: new Date(row.atMs).toISOString(),
    action: row.action,
    type: row.type,
    cue: row.cue?.id ?? null,
    cueNumber: row.cue?.number ?? null,
    cueText: row.cue === null || row.cue.number === null ? null : row.cue.text,
    who: row.who,
    by: row.by,
    source: row.source,
    outcome: row.outcome.word,
    code: row.code,
    message: row.message,
    said: row.said,
    latencyMs: row.latencyMs,
    marks: row.marks,
    id: row.id,
    wonBy: row.conflict?.who ?? null,
    wonById: row.conflict?.commandId ?? null,
    command: row.command,
    answer: row.answer,
    actor: row.actor,
    wonByActor: row.conflict?.actor ?? null,
  };
}

/** Rows oldest first, exactly as they were logged. */
export function asJson(records: readonly ExportRecord[], exportedAtMs: number): string {
  const exportedAt = new Date(exportedAtMs).toISOString();
  return `${JSON.stringify({ format: 'tallyroom-log', version: 1, exportedAt, entries: records }, null, 2)}\n`;
}

/**
 * RFC 4180: CRLF, and quotes where they are needed. It begins with a byte order mark, without which Excel takes UTF-8 for the
 * machine's own code page; other programs skip it.
 */
export function asCsv(records: readonly ExportRecord[]): string {
  const lines = records.map((record) => EXPORT_FIELDS.map((field) => cell(record[field])).join(','));
  return `\uFEFF${[EXPORT_FIELDS.join(','), ...lines].join('\r\n')}\r\n`;
}

/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * Threat: a reason or a cue's text that begins with `=`, and is carried out by the spreadsheet of whoever opens the file. An
 * apostrophe in front makes it text. Numbers stay numbers.
 */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : Array.isArray(value) ? value.join('; ') : JSON.stringify(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** `tallyroom-whole-show-2026-11-21-2250.csv`, local time. */
export function exportName(log: 'desk' | 'show', ending: 'csv' | 'json', nowMs: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const at = new Date(nowMs);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `tallyroom-${log === 'desk' ? 'this-desk' : 'whole-show'}-${day}-${two(at.getHours())}${two(at.getMinutes())}.${ending}`;
}

/** For the clipboard: the line in words. */
export function asLine(row: LogRow): string {
  const cue = row.cue === null ? '' : row.cue.number === null ? row.cue.id : `cue ${row.cue.number} ${row.cue.text}`;
  return [`${row.day} ${row.time}`, row.who, row.action, cue, row.outcome.word, detailOf(row)]
    .filter((part) => part !== '')
    .join(' · ');
}
