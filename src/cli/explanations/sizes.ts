/** How much the report measures: everything follows from the number of scenes. */
export interface Sizes {
  /** Scenes of localisation, half of them with one object. */
  readonly scenes: number;
  /** Those of them that methods are asked about that take hundreds of passes for one prediction. */
  readonly dearScenes: number;
  /** Mosaics of each size. */
  readonly mosaics: number;
  /** Of each size, for those methods; small reports have none. */
  readonly dearMosaics: number;
  /** Scenes whose words are masked, the trajectory held fixed. */
  readonly masked: number;
  readonly dearMasked: number;
  /** Pictures whose words are masked, the trajectory free. */
  readonly redrawn: number;
  /** Prompts whose pictures are explained. */
  readonly prompts: number;
  /** Scenes whose words are deleted one by one. */
  readonly deleted: number;
  /** Prompts by which detectors of ignored words are fitted and measured; at least 10. */
  readonly judged: number;
  /** Prompts of which several seeds are tried. */
  readonly tried: number;
  /** Scenes that networks with random layers are asked about. */
  readonly randomised: number;
}

/** Scenes of the whole report, and of the one that fits into ten minutes of two cores. */
export const SCENES = { full: 200, quick: 20 } as const;

/** What goes with so many scenes of localisation. */
export function sizesOf(scenes: number): Sizes {
  const part = (divisor: number): number => Math.ceil(scenes / divisor);
  return {
    scenes,
    dearScenes: part(8),
    mosaics: part(2),
    dearMosaics: Math.floor(scenes / 24),
    masked: part(4),
    dearMasked: part(24),
    redrawn: part(8),
    prompts: part(2),
    deleted: scenes,
    judged: Math.max(10, part(2 / 3)),
    tried: part(4),
    randomised: part(20),
  };
}
