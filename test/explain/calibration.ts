import type { Evidence, NeglectCalibration } from "../../src/model/neglect-calibration.js";

/** The same for every kind of evidence. */
export const everywhere = <T>(value: T): Record<Evidence, T> => ({
  content: value,
  eq8: value,
  share: value,
  excess: value,
  peak: value,
  magnitude: value,
  deletion: value,
});

/** Parts 1/200, 3/200, ... of the numbers from 0 to 1. */
export const even: readonly number[] = Array.from({ length: 100 }, (_, i) => (i + 0.5) / 100);

/** A calibration by which words' values are spread evenly from 0 to 1, and the joint percentiles of drawn words too. */
export function evenCalibration(more: Partial<NeglectCalibration> = {}): NeglectCalibration {
  const table = { count: 100, levels: everywhere([...even]) };
  return {
    format: "pellucid-neglect",
    version: 1,
    pellucid: "0.0.0",
    model: { name: "tiny", digest: "0".repeat(64) },
    settings: { sampler: "ddim", steps: 4, spacing: "trailing", last: "one", eta: 0, guidance: 1 },
    pictures: 100,
    judged: true,
    tables: { "any word": table, "any thing": table, "any colour": table, "any number": table },
    detectors: {
      account: { weights: { own: { ...everywhere(0), content: 1 }, all: everywhere(0) }, drawn: [...even] },
      deletion: { weights: { own: { ...everywhere(0), deletion: 1 }, all: everywhere(0) }, drawn: [...even] },
    },
    stops: [{ part: 0.5, rate: 0.02 }],
    ...more,
  };
}
