import { InputError } from "../errors.js";
import { loadNeglect } from "../files/neglect.js";
import { calibrationMismatch } from "../generate/neglect.js";
import type { SamplingSettings } from "../generate/sampling.js";
import type { LoadedModel } from "../model/loaded.js";
import type { Io } from "./io.js";

/** How words are judged, as a command line says. */
export interface Judging {
  readonly calibration: string | undefined;
  readonly quiet: boolean;
}

/**
 * The model with the calibration that is asked for, or with its own; tells on stderr if its own doesn't hold for these settings.
 * Throws InputError if the one that is asked for doesn't.
 */
export function calibrated(
  model: LoadedModel,
  settings: SamplingSettings,
  { calibration: path, quiet }: Judging,
  { stderr }: Io,
): LoadedModel {
  const made = path === undefined ? model : { ...model, neglect: loadNeglect(path) };
  const mismatch = calibrationMismatch(made, settings);
  if (mismatch === undefined) return made;
  const { steps, guidance } = settings;
  const cure = `pellucid evaluate neglect MODEL --steps ${steps} --guidance ${guidance} --out FILE`;
  if (path !== undefined)
    throw new InputError(
      `${path} must be of this model and these settings: ${mismatch}; make one with ${cure}`,
    );
  if (!quiet)
    stderr.write(
      `the model's calibration of ignored words does not hold here (${mismatch}): words are judged by a rule of thumb; to calibrate: ${cure}\n`,
    );
  return model;
}
