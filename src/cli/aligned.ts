import type { SampleStep } from "../diffusion/sample.js";
import type { TryRecord } from "../explain/schema.js";
import { formatRate } from "../explain/warnings.js";
import { loadReaders } from "../files/classifier.js";
import { byReaders, byWords, recogniserFor } from "../generate/alignment.js";
import { type Drawing, explainingArtist, lastStep, plainArtist, releaseAll } from "../generate/draw.js";
import { recordedDrawing } from "../generate/explain.js";
import { drawUntilAligned, type Judge, type Try, type WordLook } from "../generate/until-aligned.js";
import { openCounterfactuals } from "../methods/counterfactuals.js";
import { finish } from "../pellucid.js";
import type { Io } from "./io.js";
import { filesOf, type Making, type Wanted } from "./making.js";
import type { Progress } from "./progress.js";

/** Draws seeds until one shows what is asked for, as far as readers can tell, or else heeds every word; tells of every try, and makes the best one's files. */
export async function* makeAligned(
  drawing: Drawing,
  seeds: readonly number[],
  wanted: Wanted,
  progress: Progress,
  { stderr, signal }: Io,
): Making {
  const artist = await explainingArtist(drawing);
  const others = wanted.counterfactuals ? await openCounterfactuals(drawing) : undefined;
  const recogniser = await recogniserFor(drawing, loadReaders());
  let drawn = 0;
  async function* told<Step>(steps: AsyncIterable<Step>) {
    for await (const step of steps) {
      progress.update(++drawn);
      yield step;
    }
  }
  const onTry = (tried: Try) => {
    progress.end();
    if (!wanted.quiet) stderr.write(`${describeTry(tried, drawing.prompt.encoding.words)}\n`);
  };
  const explained = (seed: number) => told(recordedDrawing(drawing, artist, seed, signal));
  const wordsDecide = () =>
    drawUntilAligned({ seeds, draw: explained, judge: byWords(drawing, artist), onTry });
  const readersDecide = async (judge: Judge<SampleStep>) => {
    // Readers look at pictures alone, so that only the picture that is kept needs its account.
    const plain = await plainArtist(drawing);
    const draw = (seed: number) => told(plain.draw(seed, signal));
    try {
      const { seed, tries } = await drawUntilAligned({ seeds, draw, judge, onTry });
      return { seed, tries, step: await lastStep(explained(seed)) };
    } finally {
      await plain.release();
    }
  };
  try {
    const { seed, step, tries } =
      recogniser === undefined ? await wordsDecide() : await readersDecide(byReaders(recogniser));
    const made = finish(drawing, artist, step, seed, await others?.draw(seed, signal));
    const explanation = { ...made.explanation, tries: tries.map(recordOf) };
    yield { seed, made: { files: await filesOf({ ...made, explanation }, wanted), report: explanation } };
  } finally {
    await releaseAll([artist, others, recogniser]);
  }
}

/** A try as the document holds it: JSON has no infinity, which stands for a prompt without a word to look at. */
const recordOf = ({ level, missing, ...tried }: Try): TryRecord => ({
  ...tried,
  ...(level !== undefined && { level: Number.isFinite(level) ? level : null }),
  ...(missing !== undefined && { missing: [...missing] }),
});

/** Aspects in words: "object, hat's colour". */
export const describeAspects = (aspects: readonly string[]): string =>
  aspects.map((aspect) => aspect.replace("Colour", "'s colour")).join(", ");

/** What words say of a try, or readers. */
function describeTry(tried: Try, words: readonly { readonly text: string }[]): string {
  const { word, level } = tried;
  return word === undefined || level === undefined
    ? describeReading(tried)
    : describeWords({ ...tried, word, level }, words);
}

/** What readers say of a try. */
function describeReading({ seed, steps, outcome, missing = [], confidence = 0 }: Try): string {
  if (outcome === "aligned")
    return `seed ${seed} shows all that is asked for: readers are ${(100 * confidence).toFixed(0)} % sure of what they doubt most`;
  const start = outcome === "stopped" ? `given up after step ${steps}` : "finished";
  const doubt = missing.length > 0 ? `miss ${describeAspects(missing)}` : "are unsure of what they see";
  return `seed ${seed} ${start}: readers ${doubt}`;
}

/** What its words say of a try, where nobody reads it. */
function describeWords(
  { seed, steps, word, level, rate, outcome }: Try & Pick<WordLook, "word" | "level">,
  words: readonly { readonly text: string }[],
): string {
  const start =
    outcome === "stopped"
      ? `given up after step ${steps}`
      : outcome === "aligned"
        ? "heeds every word"
        : "ignores a word";
  if (word === null) return `seed ${seed} ${start}`;
  const weakest =
    rate === undefined
      ? `"${words[word]!.text}" has ${level.toPrecision(2)} of an even share`
      : `${formatRate(rate)} of usual words look as ignored as "${words[word]!.text}"`;
  return `seed ${seed} ${start}: ${weakest}`;
}
