import { describe, expect, it } from 'vitest';
import { FailureWords } from './failure-words.ts';

describe('why the server ended', () => {
  it('is what it raised an alarm about', () => {
    const words = new FailureWords();
    words.stderrLine('{"level":50,"msg":"stack and all"}');
    words.event({ event: 'alarm', code: 'port', message: 'Port 4310 is taken.' });
    words.event({ event: 'stopped', code: 1 });
    expect(words.sentence(1, null)).toBe('Port 4310 is taken.');
  });

  it('is the error that it logged, or else the last plain words', () => {
    const words = new FailureWords();
    words.stderrLine('--edgez is unknown.');
    words.stderrLine('{"level":30,"msg":"starting"}');
    expect(words.sentence(2, null)).toBe('--edgez is unknown.');
    words.stderrLine('{"level":50,"msg":"The show file is broken."}');
    expect(words.sentence(2, null)).toBe('The show file is broken.');
  });

  it('is not some trouble that it lived through', () => {
    const words = new FailureWords();
    words.stderrLine('a warning on the way');
    words.event({
      event: 'ready',
      deskUrl: '',
      deskToken: '',
      deskTokens: { owner: '', producer: '', director: '', operator: '', verifier: '' },
      audienceUrl: '',
      rehearsalCode: '',
      pids: { supervisor: 1, core: 2, edges: [] },
      edgesWhy: '1 edge holds 18,000 viewers',
    });
    words.stderrLine('{"level":50,"msg":"one viewer sent nonsense"}');
    expect(words.sentence(null, 'SIGKILL')).toBe('The server was ended by SIGKILL and left no reason.');
  });
});
