import { rgbOf } from "../diffusion/picture.js";
import { UsageError } from "../errors.js";
import type { Ledger } from "../explain/ledger.js";
import { defaultForm, pixelMaps } from "../explain/maps.js";
import { reconstruct } from "../explain/reconstruction.js";
import type { Explanation, ExplanationMaps } from "../explain/schema.js";
import { mergeWords } from "../explain/words.js";

/** The forms of map that run from 0 upwards, and so share one sequential scale. */
export type FigureMapForm = ExplanationMaps["form"];

/** What a figure shows in pixels; values in 0..1 are shown as they are, others clamped. */
export interface FigurePanels {
  /** The picture, its reconstruction (Eq. 6) and the normalised one (Eq. 7), null if undefined; [3, H, W]. */
  readonly picture: Float32Array;
  readonly reconstruction: Float32Array;
  readonly normalised: Float32Array | null;
  /** One map [H, W] per word of the document, in order. */
  readonly maps: readonly Float32Array[];
  readonly form: FigureMapForm;
  /** The picture without each word of the document, [3, H, W] each. */
  readonly without?: readonly Float32Array[] | undefined;
}

/**
 * The panels for a document and the ledger it was measured from. The form of the maps is the excess share if not given; the
 * magnitude for a prompt of one source, whose share is the same everywhere.
 */
export function figurePanels(
  ledger: Ledger,
  document: Pick<Explanation, "words" | "model">,
  givenForm?: FigureMapForm,
): FigurePanels {
  const { raw, normalised } = reconstruct(ledger, document.model.prediction);
  const merged = mergeWords(ledger, document.words);
  const form = givenForm ?? defaultForm(document.words.length);
  const maps = pixelMaps(merged, form).slice(0, document.words.length);
  return { picture: rgbOf(ledger.image), reconstruction: rgbOf(raw), normalised, maps, form };
}

/** Throws UsageError unless there is one map per word and every panel has the document's size. */
export function checkPanels(document: Explanation, { maps, without = [], ...pictures }: FigurePanels): void {
  if (without.length !== 0 && without.length !== document.words.length)
    throw new UsageError(
      `a figure needs one picture without each word; got ${without.length} for ${document.words.length} words`,
    );
  if (maps.length !== document.words.length)
    throw new UsageError(
      `a figure needs one map per word; got ${maps.length} for ${document.words.length} words`,
    );
  const { height, width } = document.settings;
  const { picture, reconstruction, normalised } = pictures;
  for (const [panel, wanted] of [
    ...[picture, reconstruction, normalised, ...without].map(
      (values) => [values, 3 * height * width] as const,
    ),
    ...maps.map((map) => [map, height * width] as const),
  ])
    if (panel !== null && panel.length !== wanted)
      throw new UsageError(
        `a panel of ${width} x ${height} pixels must have ${wanted} values; got ${panel.length}`,
      );
}
