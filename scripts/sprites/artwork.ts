import type { Colour, HatName, ObjectName, Style } from "../../src/data/vocabulary.js";

/** One openly licensed set of drawings; a picture never mixes two of them. */
export interface Source {
  readonly package: string;
  readonly version: string;
  readonly style: Style;
  readonly licence: string;
  readonly author: string;
  readonly url: string;
}

/** Where a hat sits: the middle and height of the head's top and the head's width, in fractions of the box. */
export type HeadRow = readonly [
  icon: string,
  subject: ObjectName,
  colour: Colour,
  x: number,
  y: number,
  width: number,
];

/**
 * How a hat sits: the point of its box that touches the head's top, its width in head widths, and the
 * turn in degrees that makes its brim level.
 */
export type HatRow = readonly [
  icon: string,
  subject: HatName,
  colour: Colour,
  x: number,
  y: number,
  scale: number,
  turn: number,
];

export interface Artwork {
  readonly source: Source;
  readonly objects: readonly HeadRow[];
  readonly hats: readonly HatRow[];
  /** Icons drawn in blue or purple where "black" is meant: those hues are turned to dark grey. */
  readonly neutral: readonly string[];
}

const noto: Artwork = {
  source: {
    package: "@iconify-json/noto",
    version: "1.2.9",
    style: "cartoon",
    licence: "Apache-2.0",
    author: "Google, Noto Emoji",
    url: "https://github.com/googlefonts/noto-emoji",
  },
  objects: [
    ["banana", "banana", "yellow", 0.48, 0.05, 0.4],
    ["cat", "cat", "yellow", 0.32, 0.16, 0.42],
    ["cat-face", "cat", "yellow", 0.5, 0.16, 0.6],
    ["black-cat", "cat", "gray", 0.3, 0.17, 0.38],
    ["goat", "goat", "brown", 0.36, 0.24, 0.4],
    ["flamingo", "flamingo", "pink", 0.29, 0.03, 0.42],
    ["penguin", "penguin", "black", 0.39, 0.04, 0.5],
  ],
  hats: [
    ["top-hat", "top hat", "black", 0.5, 0.86, 1.35, 0],
    ["billed-cap", "cap", "blue", 0.58, 0.72, 1.3, 0],
    ["crown", "crown", "yellow", 0.5, 0.9, 1, 0],
    ["womans-hat", "straw hat", "yellow", 0.5, 0.75, 1.5, -35],
  ],
  neutral: [],
};

const blob: Artwork = {
  source: {
    package: "@iconify-json/noto-v1",
    version: "1.2.5",
    style: "blob",
    licence: "Apache-2.0",
    author: "Google, Noto Emoji (blob era)",
    url: "https://github.com/googlefonts/noto-emoji",
  },
  objects: [
    ["banana", "banana", "yellow", 0.47, 0.2, 0.4],
    ["cat", "cat", "orange", 0.42, 0.18, 0.56],
    ["cat-face", "cat", "orange", 0.5, 0.18, 0.6],
    ["goat", "goat", "white", 0.34, 0.18, 0.4],
    ["penguin", "penguin", "black", 0.42, 0.03, 0.46],
  ],
  hats: [
    ["top-hat", "top hat", "black", 0.42, 0.9, 1.3, 0],
    ["crown", "crown", "yellow", 0.5, 0.9, 1, 0],
    ["womans-hat", "straw hat", "yellow", 0.42, 0.75, 1.6, -35],
  ],
  neutral: ["penguin"],
};

const fluentObjects = (icon: (name: string) => string): readonly HeadRow[] => [
  [icon("banana"), "banana", "yellow", 0.52, 0.06, 0.4],
  [icon("cat"), "cat", "orange", 0.26, 0.3, 0.38],
  [icon("cat-face"), "cat", "orange", 0.5, 0.18, 0.6],
  [icon("black-cat"), "cat", "black", 0.26, 0.3, 0.38],
  [icon("goat"), "goat", "brown", 0.25, 0.15, 0.38],
  [icon("flamingo"), "flamingo", "pink", 0.24, 0.02, 0.42],
  [icon("penguin"), "penguin", "black", 0.5, 0.04, 0.46],
];

const flat: Artwork = {
  source: {
    package: "@iconify-json/fluent-emoji-flat",
    version: "1.2.6",
    style: "drawing",
    licence: "MIT",
    author: "Microsoft, Fluent Emoji",
    url: "https://github.com/microsoft/fluentui-emoji",
  },
  objects: fluentObjects((name) => name),
  hats: [
    ["top-hat", "top hat", "black", 0.5, 0.86, 1.35, 0],
    ["billed-cap", "cap", "blue", 0.6, 0.78, 1.35, 0],
    ["crown", "crown", "yellow", 0.5, 0.92, 1, 0],
    ["womans-hat", "straw hat", "orange", 0.5, 0.84, 1.5, 0],
  ],
  neutral: ["black-cat", "penguin", "top-hat"],
};

const codePoints: Readonly<Record<string, string>> = {
  banana: "1f34c",
  cat: "1f408",
  "cat-face": "1f431",
  "black-cat": "1f408-200d-2b1b",
  goat: "1f410",
  flamingo: "1f9a9",
  penguin: "1f427",
};

const render: Artwork = {
  source: {
    package: "@lobehub/fluent-emoji-3d",
    version: "1.1.0",
    style: "render",
    licence: "MIT",
    author: "Microsoft, Fluent Emoji",
    url: "https://github.com/microsoft/fluentui-emoji",
  },
  objects: fluentObjects((name) => codePoints[name] ?? name),
  hats: [
    ["1f3a9", "top hat", "black", 0.5, 0.86, 1.35, 0],
    ["1f9e2", "cap", "blue", 0.5, 0.8, 1.1, 0],
    ["1f451", "crown", "yellow", 0.5, 0.92, 1, 0],
    ["1f452", "straw hat", "orange", 0.5, 0.84, 1.5, 0],
  ],
  neutral: ["1f408-200d-2b1b", "1f427", "1f3a9"],
};

const twemoji: Artwork = {
  source: {
    package: "@iconify-json/twemoji",
    version: "1.2.5",
    style: "drawing",
    licence: "CC-BY-4.0",
    author: "Twitter and contributors, Twemoji",
    url: "https://github.com/jdecked/twemoji",
  },
  objects: [
    ["banana", "banana", "yellow", 0.8, 0.06, 0.4],
    ["cat", "cat", "yellow", 0.23, 0.28, 0.38],
    ["cat-face", "cat", "yellow", 0.5, 0.2, 0.6],
    ["black-cat", "cat", "black", 0.23, 0.28, 0.38],
    ["goat", "goat", "gray", 0.23, 0.1, 0.38],
    ["flamingo", "flamingo", "pink", 0.27, 0.03, 0.42],
    ["penguin", "penguin", "black", 0.48, 0.05, 0.46],
  ],
  hats: [
    ["top-hat", "top hat", "black", 0.5, 0.9, 1.35, 0],
    ["billed-cap", "cap", "blue", 0.6, 0.75, 1.25, 0],
    ["crown", "crown", "yellow", 0.5, 0.92, 1, 0],
    ["womans-hat", "straw hat", "yellow", 0.5, 0.8, 1.6, 0],
  ],
  neutral: [],
};

const emojione: Artwork = {
  source: {
    package: "@iconify-json/emojione",
    version: "1.2.3",
    style: "drawing",
    licence: "CC-BY-4.0",
    author: "EmojiOne 2 and contributors",
    url: "https://github.com/EmojiTwo/emojitwo",
  },
  objects: [
    ["banana", "banana", "yellow", 0.8, 0.06, 0.4],
    ["cat", "cat", "black", 0.64, 0.18, 0.52],
    ["cat-face", "cat", "black", 0.5, 0.2, 0.6],
    ["grinning-cat-face", "cat", "gray", 0.5, 0.2, 0.6],
    ["goat", "goat", "white", 0.22, 0.26, 0.38],
    ["penguin", "penguin", "black", 0.5, 0.06, 0.5],
  ],
  hats: [
    ["top-hat", "top hat", "black", 0.5, 0.88, 1.35, 0],
    ["crown", "crown", "yellow", 0.5, 0.94, 1, 0],
  ],
  neutral: [],
};

const fxemoji: Artwork = {
  source: {
    package: "@iconify-json/fxemoji",
    version: "1.2.2",
    style: "drawing",
    licence: "Apache-2.0",
    author: "Mozilla, Firefox OS Emoji",
    url: "https://github.com/mozilla/fxemoji",
  },
  objects: [
    ["banana", "banana", "yellow", 0.82, 0.1, 0.4],
    ["cat", "cat", "white", 0.5, 0.2, 0.6],
    ["catside", "cat", "yellow", 0.18, 0.3, 0.38],
    ["goat", "goat", "gray", 0.23, 0.16, 0.38],
    ["penguin", "penguin", "black", 0.48, 0.06, 0.46],
  ],
  hats: [
    ["tophat", "top hat", "black", 0.5, 0.88, 1.3, 0],
    ["crown", "crown", "yellow", 0.5, 0.94, 1, 0],
    ["womanshat", "straw hat", "yellow", 0.5, 0.8, 1.6, 0],
  ],
  neutral: [],
};

const openmoji: Artwork = {
  source: {
    package: "@iconify-json/openmoji",
    version: "1.2.29",
    style: "outline",
    licence: "CC-BY-SA-4.0",
    author: "OpenMoji project",
    url: "https://openmoji.org",
  },
  objects: [
    ["banana", "banana", "yellow", 0.85, 0.14, 0.4],
    ["cat", "cat", "orange", 0.14, 0.26, 0.38],
    ["cat-face", "cat", "orange", 0.5, 0.18, 0.6],
    ["goat", "goat", "brown", 0.22, 0.26, 0.38],
    ["flamingo", "flamingo", "pink", 0.25, 0.07, 0.42],
    ["penguin", "penguin", "black", 0.55, 0.06, 0.46],
  ],
  hats: [
    ["top-hat", "top hat", "black", 0.5, 0.9, 1.35, 0],
    ["billed-cap", "cap", "green", 0.6, 0.75, 1.3, 0],
    ["crown", "crown", "yellow", 0.5, 0.94, 1, 0],
    ["womans-hat", "straw hat", "yellow", 0.5, 0.8, 1.6, 0],
  ],
  neutral: [],
};

/** Apache-2.0, MIT and CC BY 4.0: what the committed sheet is made of. */
export const permissive: readonly Artwork[] = [noto, blob, flat, render, twemoji, emojione, fxemoji];

/** CC BY-SA 4.0: pictures made with these are share-alike too. */
export const shareAlike: readonly Artwork[] = [openmoji];
