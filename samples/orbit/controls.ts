import { boxPlaces, expressionNames, type OrbitParameters } from './parameters.js';

interface Line {
  readonly label: string;
  /** What it means, for those who point at it. */
  readonly hint: string;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly value: number;
  readonly change: (value: number) => Partial<OrbitParameters>;
}

const words: Readonly<Record<(typeof expressionNames)[number], string>> = {
  smile: 'smile',
  jawOpen: 'open mouth',
  blink: 'close eyes',
  browInnerUp: 'raise brows',
  browDown: 'frown',
  mouthPucker: 'pucker lips',
};

function linesFor(start: OrbitParameters): Line[] {
  const share = { from: 0, to: 1, step: 0.01 };
  const seeds = { from: 0, to: 99, step: 1 };
  const amounts = { ...start.expressions };
  return [
    {
      ...{ label: 'person', hint: 'Seed of the face: each number is somebody whom the network invents' },
      ...{ ...seeds, value: start.seed, change: (seed) => ({ seed }) },
    },
    {
      ...{ label: 'second person', hint: 'Another face, for the slider below' },
      ...{ ...seeds, value: start.seedB, change: (seedB) => ({ seedB }) },
    },
    {
      ...{ label: 'between them', hint: '0: the first person, 1: the second, between: somebody like both' },
      ...{ ...share, value: start.mix, change: (mix) => ({ mix }) },
    },
    {
      ...{ label: 'turn', hint: 'Yaw, radians' },
      ...{ from: -1.2, to: 1.2, step: 0.01, value: start.yaw, change: (yaw) => ({ yaw }) },
    },
    {
      ...{ label: 'nod', hint: 'Pitch, radians' },
      ...{ from: -0.5, to: 0.5, step: 0.01, value: start.pitch, change: (pitch) => ({ pitch }) },
    },
    ...expressionNames.map((name): Line => ({
      ...{ label: words[name], hint: `Expression ${name}`, ...share, value: amounts[name] ?? 0 },
      change: (value) => {
        amounts[name] = value;
        return { expressions: { ...amounts } };
      },
    })),
  ];
}

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(name), properties);
}

function createLine(line: Line, onChange: (change: Partial<OrbitParameters>) => void): HTMLElement {
  const { label, hint, from, to, step, value, change } = line;
  const write = (number: number): string => (step === 1 ? String(number) : number.toFixed(2));
  const range = element('input', {
    type: 'range',
    min: String(from),
    max: String(to),
    step: String(step),
    title: hint,
  });
  range.value = String(value);
  const output = element('output', { textContent: write(value) });
  range.oninput = () => {
    output.textContent = write(range.valueAsNumber);
    onChange(change(range.valueAsNumber));
  };
  const whole = element('label', { title: hint });
  whole.append(element('span', { textContent: label }), range, output);
  return whole;
}

function createBox(start: OrbitParameters, onChange: (change: Partial<OrbitParameters>) => void): HTMLElement {
  const hint = 'A green box: it shows that every pixel of the head has its depth';
  const select = element('select', { title: hint });
  select.append(...boxPlaces.map((place) => element('option', { textContent: place, value: place })));
  select.value = start.box;
  select.onchange = () => onChange({ box: boxPlaces[select.selectedIndex]! });
  const whole = element('label', { title: hint });
  whole.append(element('span', { textContent: 'green box' }), select, element('output'));
  return whole;
}

/** The sliders on the page's left, or below the scene. */
export function createControls(start: OrbitParameters, onChange: (change: Partial<OrbitParameters>) => void): void {
  const panel = element('form', { className: 'panel', id: 'controls', onsubmit: () => false });
  panel.setAttribute('aria-label', 'Head');
  const lines = element('div', { className: 'lines' });
  lines.append(...linesFor(start).map((line) => createLine(line, onChange)), createBox(start, onChange));
  const help = 'Somebody invented. Drag the scene to walk around, the wheel goes nearer.';
  panel.append(lines, element('p', { className: 'quiet', textContent: help }));
  document.body.append(panel);
}
