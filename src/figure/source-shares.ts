import { type Block, type Drawing, layers, marks, page, stack } from "./block.js";
import type { Font } from "./font.js";
import { formatShare } from "./format.js";
import { rectangle } from "./shapes.js";
import { COLOURS, NAMES } from "./shares.js";
import { drawText, shorten, wrap } from "./text.js";
import { BODY, HAIRLINE, HEADING, INK, MARGIN, QUIET, SMALL, STRONG, TITLE } from "./theme.js";

/** A mean share with its 95 % interval. */
interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A row: a source's share, and the part of it that the sampler carried past the network, where there is one. */
export interface ShownShare {
  readonly name: string;
  readonly share: Interval;
  readonly carried: number | undefined;
}

/** A model's rows in each of the two measures; content is empty where every picture is grey. */
export interface ShownShares {
  readonly model: string;
  readonly detail: string;
  readonly mass: readonly ShownShare[];
  readonly content: readonly ShownShare[];
}

const LABEL = 176;
const PLOT = 260;
const VALUE = 190;
const GAP = 28;
const LINE = 20;
const HEAD = 26;
const COLUMN = PLOT + VALUE;
const WIDTH = LABEL + 2 * COLUMN + GAP;
const TICKS = [-1000, -100, -10, -1, 0, 1, 10, 100, 1000];

const LABELS_OF_SOURCES: Readonly<Record<string, string>> = NAMES;

/** What the rows are called. */
const LABELS: Readonly<Record<string, string>> = {
  ...NAMES,
  noise: "x_T (noise)",
  "noise.carried": "x_T, past the network",
  "mu.carried": "mean (mu), past it",
  network: "network, undivided",
};

/** A part past the network has its source's colour. */
const colourOf = (name: string): string =>
  COLOURS[LABELS_OF_SOURCES[name.replace(".carried", "")] ?? ""] ?? QUIET;

/** Shares of several models in mass and in content, one scale for each: linear to 100 %, logarithmic beyond; `notes` stand below. */
export function sourceSharesDrawing(
  title: string,
  models: readonly ShownShares[],
  notes: readonly string[],
  font: Font,
): Drawing {
  const scales = {
    mass: scaleOf(models.flatMap(({ mass }) => mass)),
    content: scaleOf(models.flatMap(({ content }) => content)),
  };
  const heading = marks(WIDTH, 24, [drawText(font, title, TITLE, { x: 0, y: 16 })]);
  const columns = marks(WIDTH, 16, [
    drawText(font, "share of mass", HEADING, { x: LABEL, y: 13 }),
    drawText(font, "share of content", HEADING, { x: LABEL + COLUMN + GAP, y: 13 }),
  ]);
  const lines = notes.flatMap((note) => wrap(font, note, SMALL, WIDTH, 4));
  const below = marks(
    WIDTH,
    16 * lines.length,
    lines.map((line, i) => drawText(font, line, SMALL, { x: 0, y: 12 + 16 * i })),
  );
  const groups = models.map((model) => modelBlock(model, scales, font));
  return page(stack([heading, columns, ...groups, below], 18), WIDTH, MARGIN);
}

/** A place in 0..PLOT for every share. */
interface Scale {
  readonly place: (share: number) => number;
  readonly ticks: readonly number[];
}

/** Linear from -1 to 1, and beyond a power of ten as long as 1 was. */
const bent = (share: number): number =>
  Math.abs(share) <= 1 ? share : Math.sign(share) * (1 + Math.log10(Math.abs(share)));

function scaleOf(rows: readonly ShownShare[]): Scale {
  const shares = rows.flatMap(({ share, carried = 0 }) => [share.low, share.high, carried]);
  const low = bent(Math.min(0, ...shares));
  const high = bent(Math.max(1, ...shares));
  const place = (share: number) => ((bent(share) - low) / (high - low)) * PLOT;
  return { place, ticks: TICKS.filter((tick) => bent(tick) >= low && bent(tick) <= high) };
}

function modelBlock(
  { model, detail, mass, content }: ShownShares,
  scales: { readonly mass: Scale; readonly content: Scale },
  font: Font,
): Block {
  const names = mass.map(({ name }, i) =>
    drawText(font, LABELS[name] ?? name, BODY, { x: 0, y: HEAD + LINE * i + 15 }),
  );
  const head = [
    drawText(font, shorten(font, model, STRONG, LABEL - 8), STRONG, { x: 0, y: 15 }),
    drawText(font, detail, SMALL, { x: LABEL, y: 15 }),
  ];
  return layers([
    { block: marks(LABEL, HEAD + LINE * mass.length, [...head, ...names]), x: 0, y: 0 },
    { block: plot(mass, scales.mass, font), x: LABEL, y: HEAD },
    { block: plot(content, scales.content, font), x: LABEL + COLUMN + GAP, y: HEAD },
  ]);
}

function plot(rows: readonly ShownShare[], { place, ticks }: Scale, font: Font): Block {
  const height = LINE * rows.length;
  const grid = ticks.flatMap((tick) => [
    rectangle({ x: place(tick), y: 0, width: 1, height }, tick === 0 ? INK : HAIRLINE),
    drawText(font, `${100 * tick} %`, SMALL, { x: place(tick), y: height + 13, anchor: "middle" }),
  ]);
  const bars = rows.flatMap(({ name, share, carried }, i) => {
    const y = LINE * i;
    const from = place(Math.min(0, share.value));
    const bar = { x: from, y: y + 5, width: place(Math.max(0, share.value)) - from, height: 10 };
    const whisker = { x: place(share.low), y: y + 9, width: place(share.high) - place(share.low), height: 2 };
    return [
      rectangle(bar, colourOf(name)),
      rectangle(whisker, INK),
      ...(carried === undefined
        ? []
        : [rectangle({ x: place(carried) - 1, y: y + 2, width: 2, height: 16 }, INK)]),
      drawText(font, formatInterval(share), SMALL, { x: COLUMN, y: y + 14, anchor: "end" }),
    ];
  });
  return marks(COLUMN, height + 16, [...grid, ...bars]);
}

/** `1170 % [1165, 1176]`, or `0.42 % [0.40, 0.44]`. */
function formatInterval({ value, low, high }: Interval): string {
  const digits = Math.abs(value) < 0.01 ? 2 : Math.abs(value) < 10 ? 1 : 0;
  const percent = (share: number) => (100 * share).toFixed(digits);
  return `${digits === 0 ? `${percent(value)} %` : formatShare(value)} [${percent(low)}, ${percent(high)}]`;
}
