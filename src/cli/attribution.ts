import { rgbOf } from "../diffusion/picture.js";
import type { MapTreatment } from "../explain/map-treatment.js";
import type { ShownAttribution } from "../figure/attribution.js";
import { formatError } from "../figure/format.js";
import { type Drawing, plainArtist } from "../generate/draw.js";
import { generationOf } from "../generate/explain.js";
import { type AttributionDocument, attributionDocument } from "../methods/document.js";
import type { Cost, Subject } from "../methods/method.js";
import { METHODS, type MethodName } from "../methods/methods.js";
import { finishedPicture, prediction } from "../methods/subject.js";
import type { Compile } from "../runtime/executable.js";
import type { Io } from "./io.js";
import { type Progress, progressBar, SILENT } from "./progress.js";

/** What to explain a drawing by, and which step of it; undefined for the whole run. */
export interface ExplainChoice {
  readonly method: MethodName;
  readonly seed: number;
  readonly step: number | undefined;
  readonly form: MapTreatment;
  readonly quiet: boolean;
}

/** An attribution with the picture that it is about. */
export interface ExplainedBy {
  readonly document: AttributionDocument;
  readonly picture: Float32Array; // [6, H, W]
  readonly maps: readonly Float32Array[]; // [H, W] per word
}

/** Draws the picture, and explains it or one of its steps. Throws as the method does. */
export async function explainBy(drawing: Drawing, choice: ExplainChoice, io: Io): Promise<ExplainedBy> {
  const { method, seed, step, form, quiet } = choice;
  const { picture, subject } = await drawnSubject(drawing, seed, step, io.signal);
  const cost = runCost(drawing, method, subject.steps.length);
  const progress = quiet || cost.calls === 0 ? SILENT : progressBar(io, "explaining", cost.calls, "pass");
  const explainer = await METHODS[method].open({ ...drawing, compile: counting(drawing.compile, progress) });
  try {
    const attribution = await explainer.explain(subject);
    const generation = generationOf(drawing, seed);
    const { encoding } = drawing.prompt;
    const input = { generation, method, step: step ?? null, cost, encoding, attribution, form };
    return { ...attributionDocument(input), picture };
  } finally {
    progress.end();
    await explainer.release();
  }
}

/** The picture that is explained, and how it comes about. */
async function drawnSubject(
  drawing: Drawing,
  seed: number,
  step: number | undefined,
  signal: AbortSignal,
): Promise<{ readonly picture: Float32Array; readonly subject: Subject }> {
  const run = finishedPicture(drawing, seed, signal);
  const artist = await plainArtist(drawing);
  try {
    let before = run.xT;
    for await (const state of artist.draw(seed, signal)) {
      if (state.step === step) {
        const subject = prediction(drawing, { x: before, t: state.t, seed }, signal);
        return { picture: state.prediction, subject };
      }
      before = state.x;
    }
    return { picture: before, subject: run };
  } finally {
    await artist.release();
  }
}

/** What the method costs over so many steps; guidance compares with the empty prompt at each, at the same price. */
function runCost({ prompt, settings }: Drawing, method: MethodName, steps: number): Cost {
  const times = steps * (settings.guidance === 1 ? 1 : 2);
  const { calls, passes } = METHODS[method].cost(prompt.encoding.words.length);
  return { calls: times * calls, passes: times * passes };
}

/** A compiler whose networks report each call. */
function counting(compile: Compile, progress: Progress): Compile {
  let calls = 0;
  return async (model) => {
    const executable = await compile(model);
    return {
      ...executable,
      async run(feeds, into) {
        const results = await executable.run(feeds, into);
        progress.update(++calls);
        return results;
      },
    };
  };
}

/** The figure of an attribution: what was explained, at what cost, and how complete it is. */
export function figureOf({ document, picture, maps }: ExplainedBy): ShownAttribution {
  const { title, shows, completeness } = METHODS[document.method];
  const { step, settings, cost } = document;
  const notes = [
    step === null
      ? `Explained: the finished picture, over all ${settings.steps} steps.`
      : `Explained: the clean picture predicted at step ${step} of ${settings.steps}.`,
    `Cost: ${cost.passes} passes of the network for one picture.`,
    ...(document.completeness === null
      ? ["This method gives maps and no parts, so that there is nothing to add up."]
      : [`Sum of parts against ${completeness}: off by ${missing(document.completeness)}.`]),
  ];
  return {
    method: { title, shows },
    notes,
    generation: document,
    picture: rgbOf(picture),
    words: document.words,
    maps,
    form: document.maps.form,
  };
}

/** How far parts are from what they should add up to. */
export function missing({ largest, relative }: NonNullable<AttributionDocument["completeness"]>): string {
  const part = relative === null ? "" : `, ${(100 * relative).toPrecision(2)} % in all`;
  return `at most ${formatError(largest)}${part}`;
}
