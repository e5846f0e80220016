import { COLOURS, type Colour, NATURAL_OBJECT_COLOURS, OBJECTS, PALETTE } from "../../src/data/vocabulary.js";
import { contentShares, residual } from "../../src/explain/relevance.js";
import { mergeWords } from "../../src/explain/words.js";
import { type Drawing, explainingArtist, lastStep, plainArtist } from "../../src/generate/draw.js";
import { ledgerOf } from "../../src/generate/explain.js";
import { DEFAULT_SAMPLING } from "../../src/generate/sampling.js";
import { average, type Measure, percent, withError } from "./measure.js";
import type { TrainedModel } from "./runs.js";
import { ABSENT, NEW_COLOURS } from "./words.js";

const SEEDS = [0, 1];
const BORDER = 3;
/** Backgrounds of the pictures that compare things. */
const GROUNDS = ["green", "purple", "white"] as const;

/** What whole runs of the sampler draw, and a sheet of the pictures: rows of things, new things and backgrounds. */
export async function drawnMeasures(trained: TrainedModel): Promise<{
  readonly measures: Measure[];
  readonly pictures: Float32Array[]; // [6, H, W] each
  readonly columns: number;
}> {
  const grounds = COLOURS.filter((colour) => colour !== "brown").flatMap((colour) =>
    OBJECTS.filter((object) => !NATURAL_OBJECT_COLOURS[object].some((own) => own === colour))
      .slice(0, 4)
      .map((object) => ({ colour, prompt: `a ${object} on a ${colour} background` })),
  );
  const drawnGrounds = await drawAll(trained, grounds);
  const news = NEW_COLOURS.flatMap(({ word, like, inTable }) =>
    ["goat", "penguin"].map((object) => ({
      colour: COLOURS.find((colour) => colour === like)!,
      inTable,
      prompt: `a ${object} on a ${word} background`,
    })),
  );
  const drawnNews = await drawAll(trained, news);
  const things = await drawThings(trained);
  const hits = (drawn: readonly Drawn[]) =>
    withError(
      drawn.map(({ colour, picture }) => Number(nearestColour(picture) === colour)),
      percent,
    );
  const measures = [
    { name: "drawn background has the colour asked for", value: hits(drawnGrounds) },
    {
      name: "the same, new colour words with a word vector",
      value: hits(drawnNews.filter((_, i) => news[Math.floor(i / SEEDS.length)]!.inTable)),
    },
    {
      name: "the same, new colour words without one",
      value: hits(drawnNews.filter((_, i) => !news[Math.floor(i / SEEDS.length)]!.inTable)),
    },
    ...thingMeasures(things),
  ];
  const columns = GROUNDS.length * SEEDS.length;
  const shown = [...things.map(({ picture }) => picture), ...drawnNews.map(({ picture }) => picture)];
  return { measures, pictures: [...shown, ...drawnGrounds.map(({ picture }) => picture)], columns };
}

interface Drawn {
  readonly colour: Colour;
  readonly picture: Float32Array; // [6, H, W]
}

/** One picture for each prompt and seed, in that order. */
async function drawAll(
  trained: TrainedModel,
  wanted: readonly { readonly colour: Colour; readonly prompt: string }[],
): Promise<Drawn[]> {
  const drawn: Drawn[] = [];
  for (const { colour, prompt } of wanted) {
    const artist = await plainArtist(await drawingOf(trained, prompt));
    for (const seed of SEEDS) drawn.push({ colour, picture: (await lastStep(artist.draw(seed))).x });
    await artist.release();
  }
  return drawn;
}

const drawingOf = async (trained: TrainedModel, prompt: string): Promise<Drawing> => ({
  ...trained,
  prompt: await trained.encodePrompt(prompt),
  settings: DEFAULT_SAMPLING,
});

/** The palette's colour nearest to the mean of the border's pixels. */
function nearestColour(picture: Float32Array): Colour {
  const side = Math.sqrt(picture.length / 6);
  const inner = (i: number) => i >= BORDER && i < side - BORDER;
  const border = Array.from({ length: side * side }, (_, i) => i).filter(
    (i) => !(inner(i % side) && inner(Math.floor(i / side))),
  );
  const mean = [0, 1, 2].map((c) => 255 * average(border.map((i) => picture[c * side * side + i]!)));
  const distance = (colour: Colour) =>
    PALETTE[colour].reduce((total, value, c) => total + (value - mean[c]!) ** 2, 0);
  return COLOURS.reduce((best, colour) => (distance(colour) < distance(best) ? colour : best));
}

interface Thing {
  /** "" where the prompt names nothing. */
  readonly word: string;
  /** Which background and seed. */
  readonly place: string;
  readonly picture: Float32Array;
  /** The word's share of the content, 0..1. */
  readonly share: number;
}

/** Pictures of every object, of every absent thing and of nothing, all in the same places. */
async function drawThings(trained: TrainedModel): Promise<Thing[]> {
  const things: Thing[] = [];
  for (const word of [...OBJECTS, ...ABSENT, ""]) {
    for (const ground of GROUNDS) {
      const prompt = word === "" ? `a ${ground} background` : `a ${word} on a ${ground} background`;
      const drawing = await drawingOf(trained, prompt);
      const { words } = drawing.prompt.encoding;
      const artist = await explainingArtist(drawing);
      for (const seed of SEEDS) {
        const step = await lastStep(artist.draw(seed));
        const ledger = ledgerOf(drawing, artist, step);
        if (residual(ledger) > 1e-3) throw new Error(`the account of "${prompt}" does not add up`);
        const share = contentShares(mergeWords(ledger, words))[1]!;
        things.push({ word, place: `${ground} ${seed}`, picture: step.x, share });
      }
      await artist.release();
    }
  }
  return things;
}

/** Root mean square of the difference of two pictures. */
const distance = (a: Thing, b: Thing): number =>
  Math.sqrt(
    a.picture.reduce((total, value, i) => total + (value - b.picture[i]!) ** 2, 0) / a.picture.length,
  );

function thingMeasures(things: readonly Thing[]): Measure[] {
  const of = (word: string) => things.filter((thing) => thing.word === word);
  const apart = (a: string, b: string) =>
    average(of(a).map((thing) => distance(thing, of(b).find(({ place }) => place === thing.place)!)));
  const pairs = OBJECTS.flatMap((a, i) => OBJECTS.slice(0, i).map((b) => apart(a, b)));
  const usual = average(pairs);
  const shares = (word: string) => of(word).map(({ share }) => share);
  return [
    {
      name: "content share of a trained object's word",
      value: withError(OBJECTS.flatMap(shares), percent),
    },
    { name: "distance of two objects' pictures (RMS)", value: usual.toFixed(3) },
    ...ABSENT.flatMap((word): Measure[] => {
      const near = OBJECTS.map((object) => [object, apart(word, object) / usual] as const);
      const [object, least] = near.reduce((best, entry) => (entry[1] < best[1] ? entry : best));
      return [
        { name: `content share of "${word}"`, value: withError(shares(word), percent) },
        {
          name: `"${word}" is drawn most like (distance over that of two objects)`,
          value: `${object} ${least.toFixed(2)}`,
        },
        {
          name: `"${word}" against no thing at all`,
          value: (apart(word, "") / usual).toFixed(2),
        },
      ];
    }),
  ];
}
