/** A vitest reporter for the one thing its JSON report leaves out: why a test was skipped. */
import { writeFileSync } from 'node:fs';

export default class SkipNotesReporter {
  /** @type {Record<string, string>} */
  #notes = {};

  /** @param {{ fullName: string, result(): { state: string, note?: string } }} testCase */
  onTestCaseResult(testCase) {
    const { state, note } = testCase.result();
    // The JSON report puts a space where this name has ` > `.
    if (state === 'skipped' && note) this.#notes[testCase.fullName.replaceAll(' > ', ' ')] = note;
  }

  onTestRunEnd() {
    const path = process.env.TALLYROOM_SKIP_NOTES;
    if (path) writeFileSync(path, JSON.stringify(this.#notes));
  }
}
