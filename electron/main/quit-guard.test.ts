import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { QuitGuard } from './quit-guard.ts';
import { type QuitFacts, quitDecision, type WindowReport } from './quit-rules.ts';

const decide = (windows: WindowReport[], others: Partial<QuitFacts> = {}) =>
  quitDecision({ forced: false, serverRunning: true, windows, unseenBusyRuns: 0, ...others }).kind;

describe('whether quitting needs a word', () => {
  it('is free while nothing is armed, open or closing', () => {
    expect(decide([{ busyRuns: 0 }])).toBe('quit');
  });
  it('asks the page while something is', () => {
    expect(decide([{ busyRuns: 1 }])).toBe('ask-page');
  });
  it('believes the window that sees most', () => {
    expect(decide([{ busyRuns: 0 }, { busyRuns: 2 }, { busyRuns: null }])).toBe('ask-page');
  });
  it('asks natively where a server runs and no window knows what it does', () => {
    expect(decide([])).toBe('ask-natively');
    expect(decide([{ busyRuns: null }])).toBe('ask-natively');
  });
  it('is free where no server runs and no window knew of one', () => {
    expect(decide([{ busyRuns: null }], { serverRunning: false })).toBe('quit');
  });
  it('still asks where the line to the server is broken while something is on air', () => {
    expect(decide([{ busyRuns: 1 }], { serverRunning: false })).toBe('ask-page');
  });
  it('asks natively where something is on air on this machine while the windows show another server', () => {
    expect(decide([{ busyRuns: 0 }], { unseenBusyRuns: 1 })).toBe('ask-natively');
  });
  it('is free for a signal', () => {
    expect(decide([{ busyRuns: 3 }], { forced: true, unseenBusyRuns: 1 })).toBe('quit');
  });
});

describe('the quit guard', () => {
  let busyRuns: number | null;
  let nativeAnswer: (quit: boolean) => void;
  const askPage = vi.fn(() => true);
  const leave = vi.fn();
  const askNatively = vi.fn(
    () =>
      new Promise<boolean>((resolve) => {
        nativeAnswer = resolve;
      }),
  );
  let guard: QuitGuard;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.clearAllMocks();
    busyRuns = 1;
    askPage.mockReturnValue(true);
    guard = new QuitGuard({
      serverRunning: () => true,
      windows: () => [{ busyRuns }],
      unseenBusyRuns: () => 0,
      askPage,
      askNatively,
      leave,
    });
  });
  afterEach(() => vi.useRealTimers());

  it('leaves at once when nothing is on its way to air', () => {
    busyRuns = 0;
    guard.want(false);
    expect(leave).toHaveBeenCalledOnce();
    expect(askPage).not.toHaveBeenCalled();
  });

  it('waits for the page as long as its question stands there', () => {
    guard.want(false);
    guard.heard(true);
    vi.advanceTimersByTime(3_600_000);
    expect(leave).not.toHaveBeenCalled();
    expect(askNatively).not.toHaveBeenCalled();
    guard.answer(true);
    expect(leave).toHaveBeenCalledOnce();
    expect(guard.left).toBe(true);
  });

  it('stays when the page says no, and asks again at the next wish', () => {
    guard.want(false);
    guard.heard(true);
    guard.answer(false);
    expect(leave).not.toHaveBeenCalled();
    guard.want(false);
    expect(askPage).toHaveBeenCalledTimes(2);
  });

  it('asks natively when the page does not react', async () => {
    guard.want(false);
    vi.advanceTimersByTime(3_001);
    expect(askNatively).toHaveBeenCalledOnce();
    nativeAnswer(true);
    await vi.waitFor(() => expect(leave).toHaveBeenCalledOnce());
  });

  it('asks natively when the page dies under its question, and only once', () => {
    guard.want(false);
    guard.heard(true);
    guard.pageLost();
    guard.pageLost();
    guard.want(false);
    expect(askNatively).toHaveBeenCalledOnce();
  });

  it('asks natively when nothing in the page shows the question, or there is no page', () => {
    guard.want(false);
    guard.heard(false);
    expect(askNatively).toHaveBeenCalledOnce();
  });

  it('asks natively when there is no page to ask', () => {
    askPage.mockReturnValue(false);
    guard.want(false);
    expect(askNatively).toHaveBeenCalledOnce();
  });

  it('stays when the native question is answered with no, and can be asked again', async () => {
    busyRuns = null;
    guard.want(false);
    nativeAnswer(false);
    await vi.advanceTimersByTimeAsync(0);
    expect(leave).not.toHaveBeenCalled();
    guard.want(false);
    expect(askNatively).toHaveBeenCalledTimes(2);
  });

  it('gives way to a signal, whatever question stands', () => {
    guard.want(false);
    guard.heard(true);
    guard.want(true);
    expect(leave).toHaveBeenCalledOnce();
  });

  it('leaves once, however many answers come', () => {
    guard.want(false);
    guard.heard(true);
    guard.answer(true);
    guard.answer(true);
    guard.want(true);
    expect(leave).toHaveBeenCalledOnce();
  });

  it('believes no answer to a question that it has not asked', () => {
    guard.answer(true);
    expect(leave).not.toHaveBeenCalled();
  });
});
