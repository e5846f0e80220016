import { layoutOf } from "../../generate/networks.js";
import { METHODS, type MethodName } from "../../methods/methods.js";
import { playersOf } from "../../methods/players.js";
import type { EncodedPrompt, PromptEncoder } from "../../model/prompt-encoder.js";

/** Something with a caption, with its place in the list that it comes from. */
export interface Placed<Item> {
  readonly index: number;
  readonly item: Item;
  readonly prompt: EncodedPrompt;
}

/** Items whose captions share their compiled networks. */
export interface Batch<Item> {
  /** The place of its first item, which no other batch has. */
  readonly name: string;
  /** Players of each caption: its words, and the tokens that belong to none. */
  readonly players: number;
  readonly items: readonly Placed<Item>[];
}

/** Items in batches of captions laid out alike, of at most `most`. */
export async function batchesOf<Item>(
  items: readonly Item[],
  captionOf: (item: Item) => string,
  encodePrompt: PromptEncoder,
  most: number,
): Promise<Batch<Item>[]> {
  const placed = await Promise.all(
    items.map(async (item, index) => ({ index, item, prompt: await encodePrompt(captionOf(item)) })),
  );
  const layouts = [...new Set(placed.map(({ prompt }) => layoutOf(prompt)))];
  return layouts.flatMap((layout) => {
    const alike = placed.filter(({ prompt }) => layoutOf(prompt) === layout);
    return Array.from({ length: Math.ceil(alike.length / most) }, (_, k) => {
      const own = alike.slice(k * most, (k + 1) * most);
      const { prompt, index } = own[0]!;
      return { name: String(index), players: playersOf(prompt).length, items: own };
    });
  });
}

/** Every method but those that take hundreds of passes for one prediction. */
export const CHEAP = ["contributions", "attention", "gradient", "occlusion", "random", "centre"] as const;
/** Those that take so many. */
export const DEAR = ["integrated-gradients", "shapley"] as const;

/** Most players of which every subset is drawn. */
const SUBSETS_OF = 8;

/** Whether a method takes captions of so many players. */
export const takes = (method: MethodName, players: number): boolean =>
  method !== "shapley" || players <= SUBSETS_OF;

/** Passes that compiling a network takes as long as; measured roughly. */
const COMPILING = 60;

/** How many times as long as a plain pass a method's passes take, with what is done beside the network; measured roughly. */
const FACTORS: Readonly<Record<MethodName, number>> = {
  contributions: 1.1,
  attention: 10,
  gradient: 2,
  "integrated-gradients": 1.6,
  occlusion: 1.8,
  shapley: 1.6,
  random: 0,
  centre: 0,
};

/** About how many passes it takes to make a method ready and to explain so many predictions with it. */
export function passesFor(method: MethodName, players: number, predictions: number): number {
  const { passes } = METHODS[method].cost(players);
  return passes === 0 ? 1 : COMPILING + Math.round(FACTORS[method] * passes * predictions);
}
