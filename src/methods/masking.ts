import { UsageError } from "../errors.js";
import { fromParts, type Method } from "./method.js";
import { openPainter } from "./painter.js";
import { playersOf } from "./players.js";
import { SHAPLEY_LIMIT, shapleyValues } from "./shapley.js";

/** What the picture loses with the word: the picture of all words less that without this one, from the same seed. */
export const occlusion: Method = {
  title: "Occlusion",
  shows: "what changes when the word is masked, from the same seed",
  completeness: "the picture less that of no word; nothing promises it",
  cost: (words) => ({ calls: words + 2, passes: words + 2 }),
  async open(drawing) {
    const { paint, release } = await openPainter(drawing);
    return {
      async explain(subject) {
        const players = playersOf(subject.prompt);
        const all = await paint(subject, players);
        const none = await paint(subject, []);
        const parts: Float32Array[] = [];
        for (const player of players) {
          const others = players.filter((other) => other !== player);
          parts.push(difference(all, await paint(subject, others)));
        }
        return fromParts({ parts, whole: difference(all, none) });
      },
      release,
    };
  },
};

/** What the word adds to the words before it, averaged over all orders of the words (Shapley 1953), every subset drawn. */
export const shapley: Method = {
  title: "Shapley values",
  shows: "what the word adds to other words, averaged over all orders in which words can join",
  completeness: "the picture less that of no word; exact",
  cost: (words) => ({ calls: 2 ** words, passes: 2 ** words }),
  async open(drawing) {
    checkPlayers(playersOf(drawing.prompt).length);
    const { paint, release } = await openPainter(drawing);
    return {
      async explain(subject) {
        const players = playersOf(subject.prompt);
        checkPlayers(players.length);
        const pictures: Float32Array[] = [];
        for (let subset = 0; subset < 2 ** players.length; subset++) {
          pictures.push(
            await paint(
              subject,
              players.filter((_, player) => (subset >> player) & 1),
            ),
          );
        }
        return fromParts({
          parts: shapleyValues(players.length, pictures),
          whole: difference(pictures.at(-1)!, pictures[0]!),
        });
      },
      release,
    };
  },
};

function checkPlayers(players: number): void {
  if (players > SHAPLEY_LIMIT)
    throw new UsageError(
      `Shapley values draw a picture for each of 2^n sets of words, so a prompt must have at most ${SHAPLEY_LIMIT} words; got ${players}; shorten it, or use integrated-gradients`,
    );
}

const difference = (a: Float32Array, b: Float32Array): Float32Array => a.map((value, i) => value - b[i]!);
