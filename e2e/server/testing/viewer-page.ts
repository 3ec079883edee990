/** The viewer page without its drawing: the very code that runs on phones, on this machine's own sockets. */
import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';
import type { Env, SocketHandlers, StreamHandlers } from '../../../renderer/audience/env.ts';
import { createSession, type Session } from '../../../renderer/audience/session.ts';
import { createStore } from '../../../renderer/audience/store.ts';
import { memoryStorage } from '../../../renderer/audience/testing/samples.ts';
import type { TransportKind } from '../../../renderer/audience/transport.ts';
import { viewOf } from '../../../renderer/audience/view-model.ts';
import type { PublicState } from '../../../shared/protocol/audience.ts';

export class ViewerPage {
  readonly session: Session;
  readonly storage: Storage = memoryStorage();

  /** @param transport the best that its browser has */
  constructor(audienceUrl: string, transport: TransportKind) {
    this.session = createSession({
      env: nodeEnv(audienceUrl, transport),
      store: createStore(() => this.storage),
      code: null,
      changed: () => {},
    });
    this.session.start();
    onTestFinished(() => this.session.stop());
  }

  get state(): PublicState | null {
    return this.session.model().state;
  }

  /** What the page shows. */
  get moment(): string {
    return viewOf(this.session.model(), performance.now()).moment.name;
  }

  get token(): string | null {
    return this.storage.getItem('tallyroom.token.live');
  }
}

function nodeEnv(audienceUrl: string, transport: TransportKind): Env {
  return {
    nowMs: () => performance.now(),
    // So that no test waits for bad luck: the waits between tries are drawn from spreads that grow.
    random: () => 0.3,
    after(delayMs, run) {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
    randomBytes: (length) => randomBytes(length),
    openSocket: transport === 'ws' ? (path, handlers) => openSocket(audienceUrl, path, handlers) : null,
    openStream: transport === 'poll' ? null : (path, handlers) => openStream(audienceUrl, path, handlers),
    async request({ method, path, headers, body, timeoutMs }) {
      const signal = AbortSignal.timeout(timeoutMs);
      const response = await fetch(`${audienceUrl}/${path}`, { method, headers, body, signal });
      const text = await response.text();
      const retryAfter = response.headers.get('retry-after');
      return {
        status: response.status,
        etag: response.headers.get('etag'),
        retryAfterMs: retryAfter === null ? null : Number(retryAfter) * 1_000,
        body: text === '' ? null : (JSON.parse(text) as unknown),
      };
    },
  };
}

function openSocket(audienceUrl: string, path: string, handlers: SocketHandlers) {
  const socket = new WebSocket(`${audienceUrl.replace(/^http/, 'ws')}/${path}`);
  socket.on('open', handlers.open);
  socket.on('message', (data) => handlers.message(String(data)));
  // `close` follows and says the same.
  socket.on('error', () => {});
  socket.on('close', handlers.closed);
  return { send: (data: string) => socket.send(data, () => {}), close: () => socket.close(1000) };
}

function openStream(audienceUrl: string, path: string, handlers: StreamHandlers) {
  const end = new AbortController();
  void read();
  return { close: () => end.abort() };

  async function read(): Promise<void> {
    try {
      const { body } = await fetch(`${audienceUrl}/${path}`, { signal: end.signal });
      let rest = '';
      for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const events = (rest + chunk).split('\n\n');
        rest = events.pop() ?? '';
        for (const event of events) {
          const data = /^event: state$/m.test(event) ? /^data: (.*)$/m.exec(event)?.[1] : undefined;
          if (data !== undefined) handlers.state(data);
        }
      }
    } catch {
      // Told by `failed`, as a browser tells it: without a reason.
    }
    if (!end.signal.aborted) handlers.failed();
  }
}
