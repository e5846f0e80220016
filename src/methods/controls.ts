import { generatorOf, uniformFrom } from "../random.js";
import type { Method } from "./method.js";
import { playersOf } from "./players.js";

/** Standard deviation of the centred blob, as a part of the picture's side. */
const SPREAD = 0.25;

const free = { calls: 0, passes: 0 } as const;
const release = async (): Promise<void> => {};

/** Independent uniform numbers in 0..1, of the run's seed: what a method that knows nothing scores. */
export const random: Method = {
  title: "Random",
  shows: "noise: what a method that knows nothing would say",
  cost: () => free,
  open: async ({ model }) => ({
    explain: async ({ prompt, seed }) => ({
      maps: playersOf(prompt).map((_, player) => {
        const next = uniformFrom(generatorOf(seed, player));
        return new Float32Array(model.config.unet.imageSize ** 2).map(next); // [H, W]
      }),
    }),
    release,
  }),
};

/** The same Gaussian in the middle for every word: what pointing at the centre scores, where pictures have their things. */
export const centre: Method = {
  title: "Centred Gaussian",
  shows: "the middle of the picture: what a method that knows only where things usually are would say",
  cost: () => free,
  open: async ({ model }) => ({
    explain: async ({ prompt }) => ({ maps: playersOf(prompt).map(() => blob(model.config.unet.imageSize)) }),
    release,
  }),
};

/** exp(-r^2 / (2 sigma^2)) around the middle [side, side]. */
function blob(side: number): Float32Array {
  const square = (place: number) => ((place + 0.5) / side - 0.5) ** 2;
  return Float32Array.from({ length: side * side }, (_, i) =>
    Math.exp(-(square(i % side) + square(Math.floor(i / side))) / (2 * SPREAD ** 2)),
  );
}
