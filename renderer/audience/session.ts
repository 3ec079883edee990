import { RENEW_BELOW_MS } from '../../shared/domain/token-life.ts';
import type { PublicState } from '../../shared/protocol/audience.ts';
import type { BallotId, Mode, OptionId } from '../../shared/protocol/ids.ts';
import { createBallotsUnderWay } from './ballots-under-way.ts';
import { type ConnectionEvent, createConnection, type LinkEvent } from './connection.ts';
import type { Cancel, Env } from './env.ts';
import {
  type Change,
  draftChoice,
  firstModel,
  hintsOf,
  type Link,
  type Model,
  quietMs,
  reduce,
  voteWith,
} from './model.ts';
import { pollPhase } from './poll-phase.ts';
import { serverTimeMs } from './server-clock.ts';
import type { Store } from './store.ts';
import { ballotOf, isPastAsking, newVote, type Vote, voteKey, voteOf } from './vote.ts';

export interface SessionOptions {
  env: Env;
  store: Store;
  code: string | null;
  /** After every change of the model. */
  changed(): void;
}

export interface Session {
  model(): Model;
  start(): void;
  choose(optionId: OptionId): void;
  /** Send the choice. Does nothing where there is none that could be sent. */
  cast(): void;
  /** The page came to the front. `clockLost`: the device slept, and its monotonic clock may have stood still. */
  checkNow(clockLost: boolean): void;
  networkBack(): void;
  /** Another tab wrote to the device's storage. */
  storageChanged(): void;
  stop(): void;
}

/** Half of a slow round trip. */
const MAY_BE_OFF_MS = 3_000;
const MODES: readonly Mode[] = ['live', 'rehearsal'];

/** Ties the link, the device's storage and the model together, and sees every ballot through to an answer. */
export function createSession(options: SessionOptions): Session {
  const { env, store } = options;
  let model = firstModel({
    nowMs: env.nowMs(),
    votes: store.votes(),
    draft: store.draft(),
    lasting: store.lasting(),
  });
  let cancelAsking: Cancel = () => {};
  let shownMode: Mode = options.code === null ? 'live' : (store.lastMode() ?? 'rehearsal');

  const connection = createConnection({
    env,
    code: options.code,
    identity: () => ({
      token: store.token(shownMode),
      mark: model.mark,
      clockKnown: model.clock.length > 0,
      ageing: isAgeing(),
    }),
    hints: () => hintsOf(model),
    quietMs: () => quietMs(model),
    emit: onConnection,
  });
  const underWay = createBallotsUnderWay({ env, hints: () => hintsOf(model), send: sendNow });

  function apply(change: Change): void {
    const before = model;
    model = reduce(model, change, env.nowMs());
    for (const [key, vote] of Object.entries(model.votes)) {
      if (change.t !== 'votes' && before.votes[key] !== vote) store.putVote(vote);
    }
    for (const [key, vote] of Object.entries(before.votes)) {
      if (model.votes[key] !== undefined) continue;
      underWay.stop(vote.ballotId);
      store.dropVote(vote);
    }
    if (before.draft !== model.draft) store.setDraft(model.draft);
    if (model.lasting !== store.lasting()) model = { ...model, lasting: store.lasting() };
    options.changed();
  }

  function onConnection(event: ConnectionEvent): void {
    switch (event.t) {
      case 'joined':
        apply({ t: 'sample', sample: event.sample });
        onJoined(event.state.mode, event);
        apply({ t: 'state', state: event.state });
        // A new seat on a link that never went: what could not go out without one goes out now.
        if (model.link.kind === 'online') resumeSending((vote) => !underWay.has(vote.ballotId));
        return;
      case 'state':
        if (isAgainstTime(event.state)) {
          // The core's clock has been set. Until we have asked, intake alone says what is open.
          apply({ t: 'clock-lost' });
          cancelAsking();
          cancelAsking = env.after(env.random() * hintsOf(model).jitterMs, () => connection.checkNow());
        }
        apply(event);
        if (event.state.mode !== shownMode && model.state?.mode === event.state.mode) switchMode(event.state.mode);
        return;
      case 'link':
        apply({ t: 'link', link: linkOf(event.link) });
        if (event.link.t === 'online') resumeSending(() => true);
        return;
      case 'receipt':
        underWay.stop(event.receipt.ballotId);
        apply(event);
        readVotes();
        return;
      case 'ballot-refused':
        underWay.stop(event.ballotId);
        apply({ t: 'refused', ballotId: event.ballotId });
        readVotes();
        return;
      case 'ballot-unknown':
        if (event.code !== null) apply({ t: 'trouble', ballotId: event.ballotId, code: event.code });
        underWay.later(event.ballotId, event.retryAfterMs);
        return;
      case 'renewed':
        // Another tab may have put a newer one in its place.
        for (const mode of MODES) {
          if (store.token(mode) === event.was) store.setToken(mode, event.token, event.endsAtMs);
        }
        return;
      case 'bad-token':
        store.setToken(shownMode, null, null);
        apply({ t: 'bad-token' });
        return;
      case 'sign':
      case 'asked':
      case 'sample':
        apply(event);
        return;
    }
  }

  /** A token belongs to one mode of the show; a device keeps one of each, so that a rehearsal never costs it its seat in the show. */
  function onJoined(mode: Mode, { token, endsAtMs }: { token: string | null; endsAtMs: number | null }): void {
    if (mode === shownMode) {
      if (token !== null) store.setToken(mode, token, endsAtMs);
      return;
    }
    const kept = store.token(mode);
    if (token !== null && kept === null) {
      store.setToken(mode, token, endsAtMs);
      shownMode = mode;
      store.setLastMode(mode);
    } else {
      switchMode(mode);
    }
  }

  function switchMode(mode: Mode): void {
    shownMode = mode;
    store.setLastMode(mode);
    connection.rejoin();
  }

  function linkOf(link: LinkEvent): Link {
    const nowMs = env.nowMs();
    switch (link.t) {
      case 'online':
        return { kind: 'online', via: link.via };
      case 'lost':
        return { kind: 'lost', sinceMs: model.link.kind === 'lost' ? model.link.sinceMs : nowMs, code: link.code };
      case 'waiting-room':
        return { kind: 'waiting-room', untilMs: nowMs + link.forMs };
      case 'bad-code':
        return { kind: 'bad-code' };
    }
  }

  /** Whether the token is to be renewed; while the time or its end isn't known, no. */
  function isAgeing(): boolean {
    const [endsAtMs, nowMs] = [store.tokenEndsAtMs(shownMode), serverNowMs()];
    return endsAtMs !== null && nowMs !== null && endsAtMs - nowMs < RENEW_BELOW_MS;
  }

  function serverNowMs(): number | null {
    return serverTimeMs(model.clock, env.nowMs());
  }

  /** Whether this state opens a poll that by our time has not been opened yet, or is over. */
  function isAgainstTime({ poll }: PublicState): boolean {
    const nowMs = serverNowMs();
    if (nowMs === null || poll?.intake !== 'open' || poll.openedAtMs === model.state?.poll?.openedAtMs) return false;
    return poll.openedAtMs > nowMs + MAY_BE_OFF_MS || pollPhase(poll, nowMs) !== 'open';
  }

  /**
   * Another tab may have voted in the same instant: where its vote may be the one that counts, this page asks for its receipt,
   * too, for the other tab may be closed by now. The same ballot is never counted twice.
   */
  function readVotes(): void {
    const before = model.votes;
    apply({ t: 'votes', votes: store.votes() });
    for (const [key, { ballotId }] of Object.entries(before)) {
      if (model.votes[key]?.ballotId !== ballotId) underWay.stop(ballotId);
    }
    resumeSending((vote) => {
      const own = before[voteKey(vote)];
      return own !== undefined && own.ballotId !== vote.ballotId && !underWay.has(vote.ballotId);
    });
  }

  function resumeSending(which: (vote: Vote) => boolean): void {
    for (const vote of Object.values(model.votes)) {
      // Ballots of the other mode wait until this page shows that mode's token again.
      if (vote.answer.kind === 'pending' && vote.mode === shownMode && which(vote)) underWay.send(vote.ballotId);
    }
  }

  /** False where it did not go out. */
  function sendNow(ballotId: BallotId, tries: number): boolean {
    const vote = voteWith(model, ballotId);
    if (vote === null || vote.answer.kind !== 'pending') return false;
    // However late, ask once: while the run is kept, the same id brings its first receipt.
    if (tries > 0 && isPastAsking(vote, serverNowMs())) {
      underWay.stop(ballotId);
      apply({ t: 'given-up', ballotId });
      readVotes();
      return false;
    }
    // Where the link is down, coming online starts it again.
    return connection.send(ballotOf(vote));
  }

  function newBallotId(): BallotId {
    const hex = Array.from(env.randomBytes(16), (byte) => byte.toString(16).padStart(2, '0'));
    return hex.join('') as BallotId;
  }

  function votable(): Vote | null {
    const { state } = model;
    const poll = state?.poll;
    if (!state || poll === undefined || pollPhase(poll, serverNowMs()) !== 'open') return null;
    const vote = voteOf(model.votes, state, poll);
    const choice = draftChoice(model);
    if (vote !== null && vote.answer.kind !== 'refused') return null;
    if (choice.length < poll.min || choice.length > poll.max || choice.length === 0) return null;
    return newVote({ state, poll, choice, ballotId: newBallotId(), castAtMs: serverNowMs() });
  }

  return {
    model: () => model,
    start: () => connection.start(),
    choose(optionId) {
      const { state } = model;
      if (state?.poll !== undefined && pollPhase(state.poll, serverNowMs()) === 'open')
        apply({ t: 'chosen', optionId });
    },
    cast() {
      const vote = votable();
      if (vote === null) return;
      // On the device first: a reload in the next instant must find the same id.
      apply({ t: 'cast', vote });
      underWay.send(vote.ballotId);
    },
    checkNow(clockLost) {
      if (clockLost) apply({ t: 'clock-lost' });
      connection.checkNow();
    },
    networkBack: () => connection.networkBack(),
    storageChanged: readVotes,
    stop() {
      cancelAsking();
      underWay.stopAll();
      connection.stop();
    },
  };
}
