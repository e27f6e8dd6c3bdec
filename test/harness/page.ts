import { afterAll, beforeAll } from '@jest/globals';
import { Window } from 'happy-dom';

/** Names that React and our own code look for. */
const names = [
  'window',
  'document',
  'navigator',
  'HTMLElement',
  'HTMLIFrameElement',
  'Node',
  'Event',
  'MouseEvent',
  'File',
];

/** A page without graphics for all tests of a file: `document`, events, and React's `act`. */
export function usePage(): void {
  const before = new Map<string, PropertyDescriptor | undefined>();
  const set = (name: string, value: unknown): void => {
    before.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  };
  let page: Window;
  beforeAll(() => {
    page = new Window({ url: 'http://localhost/' });
    for (const name of names) set(name, name === 'window' ? page : Reflect.get(page, name));
    set('IS_REACT_ACT_ENVIRONMENT', true);
  });
  afterAll(async () => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
    await page.happyDOM.close();
  });
}

/** What a drag carries. */
export interface Dragged {
  readonly data?: ReadonlyMap<string, string>;
  readonly files?: readonly unknown[];
}

/** Fires a drag's event at an element, as a browser does where the pointer is. @returns was it accepted? */
export function fireDrag(
  element: EventTarget,
  type: string,
  x = 0,
  y = 0,
  { data = new Map(), files = [] }: Dragged = {},
) {
  const store = new Map(data);
  const event = new Event(type, { bubbles: true, cancelable: true });
  const dataTransfer = {
    types: [...store.keys(), ...(files.length > 0 ? ['Files'] : [])],
    files,
    effectAllowed: '',
    getData: (kind: string) => store.get(kind) ?? '',
    setData: (kind: string, value: string) => void store.set(kind, value),
  };
  for (const [name, value] of Object.entries({ offsetX: x, offsetY: y, dataTransfer })) {
    Object.defineProperty(event, name, { value });
  }
  element.dispatchEvent(event);
  return { accepted: event.defaultPrevented, carried: store };
}
