/** Small keyed updates of the document. Text always goes in as text, never as markup. */

export interface ElementNode {
  tag: string;
  key: string | null;
  /** Attributes; null or false takes one away, true sets it empty. */
  attributes: Record<string, string | number | boolean | null>;
  /** Live properties that an attribute does not follow (a radio's `checked`). */
  checked: boolean | null;
  /** Custom properties set through the object model, which a strict content policy allows where a `style` attribute is not. */
  vars: Record<string, string>;
  on: Partial<Record<'click' | 'change' | 'submit', (event: Event) => void>>;
  children: readonly Child[];
}

export type Child = ElementNode | string | null;

interface Options {
  key?: string;
  attributes?: ElementNode['attributes'];
  checked?: boolean;
  vars?: ElementNode['vars'];
  on?: ElementNode['on'];
}

/** Describes an element: `tag.class.class`. */
export function h(selector: string, options: Options, children: readonly Child[]): ElementNode {
  const [tag = 'div', ...classes] = selector.split('.');
  const attributes = { ...(classes.length > 0 ? { class: classes.join(' ') } : {}), ...options.attributes };
  return {
    tag,
    key: options.key ?? null,
    attributes,
    checked: options.checked ?? null,
    vars: options.vars ?? {},
    on: options.on ?? {},
    children,
  };
}

const SVG = 'http://www.w3.org/2000/svg';
const described = new WeakMap<Node, ElementNode>();
const handled = new WeakMap<Node, Set<string>>();

/** Makes the children of `parent` what is described, keeping every element whose tag and key stay the same. */
export function patch(parent: Element, children: readonly Child[]): void {
  const keyed = new Map<string, ChildNode>();
  for (const node of Array.from(parent.childNodes)) {
    const key = described.get(node)?.key;
    if (key != null) keyed.set(key, node);
  }
  let cursor: ChildNode | null = parent.firstChild;
  for (const child of children) {
    if (child === null) continue;
    const candidate = typeof child === 'string' || child.key === null ? cursor : (keyed.get(child.key) ?? null);
    const node = reuse(candidate, child) ?? create(child, parent.namespaceURI);
    if (node === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(node, cursor);
    if (typeof child !== 'string') update(node as Element, child);
  }
  while (cursor !== null) {
    const next: ChildNode | null = cursor.nextSibling;
    cursor.remove();
    cursor = next;
  }
}

function reuse(node: ChildNode | null, child: ElementNode | string): ChildNode | null {
  if (node === null) return null;
  if (typeof child === 'string') {
    if (node.nodeType !== Node.TEXT_NODE) return null;
    if (node.nodeValue !== child) node.nodeValue = child;
    return node;
  }
  const before = described.get(node);
  return before !== undefined && before.tag === child.tag && before.key === child.key ? node : null;
}

function create(child: ElementNode | string, namespace: string | null): ChildNode {
  if (typeof child === 'string') return document.createTextNode(child);
  const svg = child.tag === 'svg' || namespace === SVG;
  return svg ? document.createElementNS(SVG, child.tag) : document.createElement(child.tag);
}

function update(element: Element, next: ElementNode): void {
  const before = described.get(element);
  described.set(element, next);
  for (const name of Object.keys(before?.attributes ?? {})) {
    if (!(name in next.attributes)) element.removeAttribute(name);
  }
  for (const [name, value] of Object.entries(next.attributes)) {
    if (before !== undefined && before.attributes[name] === value) continue;
    if (value === null || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const [name, value] of Object.entries(next.vars)) {
    if (before?.vars[name] !== value) (element as HTMLElement).style.setProperty(name, value);
  }
  for (const name of Object.keys(next.on)) listen(element, name as keyof ElementNode['on']);
  patch(element, next.children);
  // After the children and on every pass: the browser moves `checked` by itself on a tap.
  if (next.checked !== null) (element as HTMLInputElement).checked = next.checked;
}

/** One listener per element and event, which calls whatever the newest description says. */
function listen(element: Element, name: keyof ElementNode['on']): void {
  const names = handled.get(element) ?? new Set();
  if (names.has(name)) return;
  names.add(name);
  handled.set(element, names);
  element.addEventListener(name, (event) => described.get(element)?.on[name]?.(event));
}
