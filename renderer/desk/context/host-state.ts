/** What the app around this page is doing, as its components see it. */
import { useMemo } from 'react';
import { useStore } from 'zustand/react';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DeskBridge, HostState } from '../../../shared/protocol/bridge.ts';
import { useDesk } from './desk-context.tsx';

export type Host =
  /** The page runs in a browser: there is no app around it. */
  { kind: 'browser' } | { kind: 'loading' } | { kind: 'app'; state: HostState };

const stores = new WeakMap<DeskBridge, StoreApi<{ host: Host }>>();
const BROWSER = createStore<{ host: Host }>(() => ({ host: { kind: 'browser' } }));

/** One subscription a page, however many components look. */
function storeOf(bridge: DeskBridge | null): StoreApi<{ host: Host }> {
  if (bridge === null) return BROWSER;
  const known = stores.get(bridge);
  if (known) return known;
  const store = createStore<{ host: Host }>(() => ({ host: { kind: 'loading' } }));
  stores.set(bridge, store);
  bridge.onHostState((state) => store.setState({ host: { kind: 'app', state } }));
  return store;
}

export function useHost(): Host {
  const { bridge } = useDesk();
  const store = useMemo(() => storeOf(bridge), [bridge]);
  return useStore(store, ({ host }) => host);
}

/** `192.0.2.7:4310` while another machine's server is in use, else null. */
export function useRemoteHost(): string | null {
  const host = useHost();
  const remote = host.kind === 'app' ? host.state.server.remote : null;
  return remote === null ? null : new URL(remote).host;
}
