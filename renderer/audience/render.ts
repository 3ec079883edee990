import type { OptionId } from '../../shared/protocol/ids.ts';
import { type Child, type ElementNode, h, patch } from './dom.ts';
import { checkIcon, minusIcon, spinnerIcon } from './icons.ts';
import { texts } from './texts.ts';
import type { Call, Mine, Moment, OptionView, ResultRow, Total, View } from './view.ts';

export interface Hands {
  choose(optionId: OptionId): void;
  cast(): void;
}

/** Every text has its own direction: in one page stand the words of the page and those of the people who made the show. */
const OWN = { dir: 'auto' } as const;
const own = { attributes: OWN };

/** Longer questions are set smaller, so that the options stay on the first screen. */
const LONG_TEXT = 70;

/** Draws a view into `root`. The focus follows when the thing that had it is gone or can't be used any more. */
export function render(root: Element, view: View, hands: Hands): void {
  const hadFocus = root.contains(document.activeElement);
  const shownBefore = root.querySelector('main')?.className;
  const { moment } = view;
  patch(root, [
    h('header.head', { key: 'head' }, head(view)),
    h(
      `main.moment.is-${moment.kind}`,
      { key: 'main', attributes: { dir: 'auto', 'data-moment': moment.name, 'data-stale': view.stale } },
      [
        view.message === null
          ? null
          : h('p.message', { key: 'message', attributes: { role: 'status', ...OWN } }, [view.message]),
        ...body(moment, hands),
      ],
    ),
    h(
      'aside.aside',
      { key: 'aside', attributes: { 'aria-label': texts.beside, hidden: view.aside.length === 0 } },
      view.aside.map(asideCall),
    ),
    h(
      'footer.end',
      { key: 'end', attributes: { 'data-pinned': moment.kind === 'form' || view.note.strong !== null } },
      end(view),
    ),
    h('p.say', { key: 'say', attributes: { role: 'status' } }, [view.say]),
    h('p.say', { key: 'say-note', attributes: { role: 'status' } }, [view.sayNote]),
  ]);
  const active = document.activeElement;
  const usable = root.contains(active) && active?.matches(':disabled') === false;
  if (hadFocus && !usable) root.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  // What comes next is read from its top, however far down the last choice was.
  if (shownBefore !== undefined && shownBefore !== root.querySelector('main')?.className) window.scrollTo(0, 0);
  document.title = view.title;
}

function head(view: View): Child[] {
  const { time } = view;
  return [
    h('div.band', { key: 'band', attributes: { hidden: !view.rehearsal } }, [h('b', {}, [texts.rehearsal])]),
    h('div.line', { key: 'line' }, [
      h('b.show', own, [view.title]),
      h('span.left', { attributes: { role: 'timer', hidden: time === null } }, [
        h('b', {}, [time?.text ?? '']),
        ` ${time?.suffix ?? ''}`,
      ]),
    ]),
    h('div.window', { key: 'window', attributes: { 'data-on': time !== null && time.share !== null } }, [
      h('i', { vars: { '--share': (time?.share ?? 0).toFixed(3) } }, []),
    ]),
  ];
}

function end(view: View): Child[] {
  const { moment, note } = view;
  const action = moment.kind === 'form' ? moment.action : null;
  return [
    action === null
      ? null
      : h(
          'button.primary',
          {
            key: 'action',
            attributes: {
              type: 'submit',
              form: 'vote',
              'data-kind': action.kind,
              'aria-describedby': 'note',
              disabled: action.kind !== 'ready',
            },
          },
          [action.kind === 'busy' ? spinnerIcon() : null, h('span', own, [action.text])],
        ),
    h('p.note', { key: 'note', attributes: { id: 'note', 'data-urgent': note.strong !== null } }, [
      note.strong === null ? null : h('b', {}, [note.strong]),
      note.strong === null ? note.text : ` ${note.text}`,
    ]),
  ];
}

function body(moment: Moment, hands: Hands): Child[] {
  switch (moment.kind) {
    case 'plain':
      return [
        h('div.middle', { key: 'plain' }, [
          heading(moment.headline),
          h('p', own, [moment.text]),
          total(moment.total),
          moment.status === null ? null : status(moment.status),
        ]),
        mine(moment.mine),
      ];
    case 'form':
      return [form(moment, hands)];
    case 'receipt':
      return [
        h('div.middle.centre', { key: 'receipt', attributes: { 'data-good': moment.name === 'accepted' } }, [
          h('div.tick', {}, [moment.name === 'accepted' ? checkIcon(4) : minusIcon(4)]),
          heading(moment.headline),
          h('p.choice', own, [moment.text]),
          total(moment.total),
        ]),
        moment.rows.length === 0
          ? null
          : h(
              'dl.rows',
              { key: 'rows' },
              moment.rows.map((row) =>
                h('div', { key: row.label }, [h('dt', {}, [row.label]), h('dd', {}, [row.value])]),
              ),
            ),
      ];
    case 'results':
      return [
        heading(moment.question),
        moment.lead === null ? null : h('p.lead', { key: 'lead', ...own }, [moment.lead]),
        h('ul.results', { key: 'results' }, moment.rows.map(result)),
        total(moment.total),
        moment.receipt === null
          ? null
          : h('p.receipt', { key: 'receipt' }, [checkIcon(5), h('span', own, [moment.receipt])]),
        mine(moment.mine),
      ];
    case 'call':
      return [h('div.middle', { key: 'call' }, callBody(moment.call)), mine(moment.mine)];
  }
}

/** Without a direction of its own: the moment, and with it the sides of what stands below, follows the question. */
function heading(text: string): ElementNode {
  return h('h1', { key: 'headline', attributes: { tabindex: '-1', 'data-long': text.length > LONG_TEXT } }, [text]);
}

function status(shown: { done: boolean; text: string }): ElementNode {
  return h('p.status', { attributes: { 'data-done': shown.done } }, [
    shown.done ? checkIcon(5) : spinnerIcon(),
    h('span', own, [shown.text]),
  ]);
}

function form(moment: Extract<Moment, { kind: 'form' }>, hands: Hands): ElementNode {
  const { shape } = moment;
  return h(
    'form',
    {
      key: `form-${moment.key}`,
      attributes: { id: 'vote', 'data-shape': shape, 'data-locked': moment.locked },
      on: {
        submit: (event) => {
          event.preventDefault();
          hands.cast();
        },
      },
    },
    [
      h('fieldset', {}, [
        h('legend', {}, [heading(moment.question)]),
        h('p.hint', { attributes: { role: 'status', hidden: moment.hint === '', ...OWN } }, [moment.hint]),
        h(
          'div.options',
          { vars: moment.columns === null ? {} : { '--columns': String(moment.columns) } },
          moment.options.map((option) => optionRow(option, moment, hands)),
        ),
      ]),
    ],
  );
}

function optionRow(option: OptionView, moment: Extract<Moment, { kind: 'form' }>, hands: Hands): ElementNode {
  return h('label.option', { key: option.id, attributes: { 'data-chosen': option.chosen, 'data-off': option.off } }, [
    h(
      'input',
      {
        attributes: {
          type: moment.shape === 'multiple' ? 'checkbox' : 'radio',
          name: 'choice',
          value: option.id,
          disabled: moment.locked || option.off,
        },
        checked: option.chosen,
        on: { change: () => hands.choose(option.id) },
      },
      [],
    ),
    moment.shape === 'rating' ? null : h('i.choice-mark', {}, [option.chosen ? checkIcon(5) : null]),
    h('span', own, [option.text]),
  ]);
}

function result(row: ResultRow): ElementNode {
  return h('li', { key: row.id, attributes: { 'data-mine': row.mine, 'data-right': row.right } }, [
    h('div.name', {}, [
      h('span.option-name', {}, [
        h('b', own, [row.text]),
        row.mine ? h('em', {}, [texts.yourVote]) : null,
        row.ahead ? h('em.ahead', {}, [texts.ahead]) : null,
        row.right ? h('em.right', {}, [checkIcon(6), texts.rightAnswer]) : null,
      ]),
      h('span.figure', { attributes: { dir: 'ltr' } }, [
        row.count === null ? null : h('small', {}, [row.count]),
        row.value === null ? null : h('strong', {}, [row.value]),
      ]),
    ]),
    row.bar === null ? null : h('div.bar', {}, [h('i', { vars: { '--share': row.bar.toFixed(3) } }, [])]),
  ]);
}

function total(shown: Total | null): Child {
  if (shown === null) return null;
  return h('p.total', { key: 'total', ...own }, [
    shown.strong === '' ? null : h('b', {}, [shown.strong]),
    shown.strong === '' ? shown.text : ` ${shown.text}`,
  ]);
}

function mine(shown: Mine | null): Child {
  if (shown === null) return null;
  return h('div.mine', { key: 'mine', attributes: { 'data-counted': shown.counted } }, [
    shown.counted ? checkIcon(4) : minusIcon(4),
    h('div', {}, [h('b', own, [shown.title]), h('small', own, [shown.text])]),
  ]);
}

function link(selector: string, { href, host }: NonNullable<Call['link']>, children: Child[]): ElementNode {
  const { open } = texts.cta;
  const attributes = { href, target: '_blank', rel: 'noopener noreferrer', 'aria-label': `${open} ${host}` };
  return h(selector, { attributes }, [open, ...children]);
}

function callBody(call: Call): Child[] {
  const button = call.link === null ? null : link('a.primary', call.link, [' ', h('span.host', {}, [call.link.host])]);
  return [heading(call.text), button];
}

function asideCall(call: Call): ElementNode {
  const button = call.link === null ? null : link('a.secondary', call.link, []);
  return h('div.call', { key: call.text }, [h('p', own, [call.text]), button]);
}
