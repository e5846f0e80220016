/** The five things that scenes show. */
export const OBJECTS = ["banana", "cat", "goat", "flamingo", "penguin"] as const;
export type ObjectName = (typeof OBJECTS)[number];

export const HATS = ["top hat", "cap", "crown", "straw hat"] as const;
export type HatName = (typeof HATS)[number];

/** What a caption shows that says only "hat": a word that may mean either of two is drawn as a mean of both. */
export const USUAL_HAT: HatName = "top hat";

/** Sets of artwork by look; "outline" exists only in a sheet that was built with share-alike sources. */
export const STYLES = ["cartoon", "drawing", "render", "blob", "outline"] as const;
export type Style = (typeof STYLES)[number];

/** What a caption shows that names no style. It has one drawing of almost every thing, so what is not said is settled. */
export const USUAL_STYLE: Style = "cartoon";

export const COLOURS = [
  "red",
  "orange",
  "yellow",
  "green",
  "blue",
  "purple",
  "pink",
  "white",
  "gray",
  "black",
  "brown",
] as const;
export type Colour = (typeof COLOURS)[number];

export const COUNTS = [1, 2, 3] as const;
export type Count = (typeof COUNTS)[number];

export const SIZES = ["small", "medium", "big"] as const;
export type Size = (typeof SIZES)[number];

export const POSITIONS = ["left", "centre", "right"] as const;
export type Position = (typeof POSITIONS)[number];

/** "plain" and "striped" backgrounds have a colour; the others are places. */
export const BACKDROPS = ["plain", "striped", "grass", "snow", "night", "beach"] as const;
export type Backdrop = (typeof BACKDROPS)[number];

/** r, g, b in 0..255: as far apart as eleven named colours can be at 64 pixels. */
export type Rgb = readonly [number, number, number];

export const PALETTE: Readonly<Record<Colour, Rgb>> = {
  red: [222, 40, 40],
  orange: [246, 132, 26],
  yellow: [251, 214, 42],
  green: [44, 160, 66],
  blue: [42, 102, 228],
  purple: [136, 60, 192],
  pink: [250, 128, 186],
  white: [247, 247, 249],
  gray: [140, 143, 150],
  black: [28, 28, 33],
  brown: [132, 84, 46],
};

/** The colours that the drawings of an object have without being recoloured; it has the first one if a caption names none. */
export const NATURAL_OBJECT_COLOURS: Readonly<Record<ObjectName, readonly Colour[]>> = {
  banana: ["yellow"],
  cat: ["orange", "yellow", "gray", "black"],
  goat: ["brown", "gray", "white"],
  flamingo: ["pink"],
  penguin: ["black"],
};

/** The colours that the drawings of a hat have without being recoloured; it has the first one if a caption names none. */
export const NATURAL_HAT_COLOURS: Readonly<Record<HatName, readonly Colour[]>> = {
  "top hat": ["black"],
  cap: ["blue"],
  crown: ["yellow"],
  "straw hat": ["yellow", "orange"],
};

/** Whether some set of this style has a drawing of the object and, if one is asked for, of the hat. */
export function drawable(style: Style, object: ObjectName, hat: HatName | null): boolean {
  return style !== "blob" || (object !== "flamingo" && hat !== "cap");
}
