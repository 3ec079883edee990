import type { Fact } from './settings-view.ts';

/** Names and values, one a line. A value can be marked and copied by hand. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="facts ages">
      {facts.map(({ name, value, warn }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className={warn ? 'warn' : ''} dir="auto">
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
