import { formatRate } from "../explain/warnings.js";
import { loadReaders } from "../files/classifier.js";
import { alignmentJudge, recogniserFor } from "../generate/alignment.js";
import { type Drawing, explainingArtist, releaseAll } from "../generate/draw.js";
import { recordedDrawing } from "../generate/explain.js";
import { drawUntilAligned, type Try } from "../generate/until-aligned.js";
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
  const { words } = drawing.prompt.encoding;
  const recogniser = await recogniserFor(drawing, loadReaders());
  const judge = alignmentJudge(drawing, artist, recogniser);
  const isQuiet = wanted.quiet;
  let drawn = 0;
  async function* draw(seed: number) {
    for await (const step of recordedDrawing(drawing, artist, seed, signal)) {
      progress.update(++drawn);
      yield step;
    }
  }
  const onTry = (tried: Try) => {
    progress.end();
    if (!isQuiet)
      stderr.write(`${recogniser === undefined ? describeWords(tried, words) : describeReading(tried)}\n`);
  };
  try {
    const { seed, step, tries } = await drawUntilAligned({ seeds, draw, judge, onTry });
    const made = finish(drawing, artist, step, seed, await others?.draw(seed, signal));
    const record = tries.map(({ missing, ...tried }) => ({
      ...tried,
      level: Number.isFinite(tried.level) ? tried.level : null,
      ...(missing !== undefined && { missing: [...missing] }),
    }));
    const explanation = { ...made.explanation, tries: record };
    yield { seed, made: { files: await filesOf({ ...made, explanation }, wanted), report: explanation } };
  } finally {
    await releaseAll([artist, others, recogniser]);
  }
}

/** Aspects in words: "object, hat's colour". */
export const describeAspects = (aspects: readonly string[]): string =>
  aspects.map((aspect) => aspect.replace("Colour", "'s colour")).join(", ");

/** What readers say of a try. */
function describeReading({ seed, steps, outcome, missing = [] }: Try): string {
  if (outcome === "aligned") return `seed ${seed} shows all that is asked for`;
  const start = outcome === "stopped" ? `given up after step ${steps}` : "finished";
  const doubt = missing.length > 0 ? `miss ${describeAspects(missing)}` : "are unsure of what they see";
  return `seed ${seed} ${start}: readers ${doubt}`;
}

/** What its words say of a try, where nobody reads it. */
function describeWords(
  { seed, steps, word, level, rate, outcome }: Try,
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
