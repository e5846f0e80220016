import { existsSync } from "node:fs";
import { join } from "node:path";
import { type NeglectCalibration, parseNeglectCalibration } from "../model/neglect-calibration.js";
import { parseFile, parseJson } from "./read.js";

/** The file of a model folder that says how to tell words that the model ignored. */
export const NEGLECT_FILE = "neglect.json";

/** A calibration of ignored words. Throws InputError if the file can't be read or is damaged. */
export const loadNeglect = (path: string): NeglectCalibration =>
  parseFile(path, (bytes) => parseNeglectCalibration(parseJson(bytes)));

/** The calibration in a model's folder; undefined if there is none. Throws as `loadNeglect`. */
export function folderNeglect(folder: string): NeglectCalibration | undefined {
  const path = join(folder, NEGLECT_FILE);
  return existsSync(path) ? loadNeglect(path) : undefined;
}

/** A calibration as the bytes of its file. */
export const neglectFile = (calibration: NeglectCalibration): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(calibration)}\n`);
