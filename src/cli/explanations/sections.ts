import type { Section } from "./section.js";
import { account } from "./sections/account.js";
import { examples } from "./sections/examples.js";
import { faithfulness } from "./sections/faithfulness.js";
import { grid } from "./sections/grid.js";
import { localisation } from "./sections/localisation.js";
import { methods } from "./sections/methods.js";
import { neglect } from "./sections/neglect.js";
import { randomisation } from "./sections/randomisation.js";
import { untilAligned } from "./sections/until-aligned.js";
import { wordEffects } from "./sections/word-effects.js";

/** The report's sections, in the order of the page. */
export const SECTIONS: readonly Section[] = [
  methods,
  examples,
  localisation,
  grid,
  faithfulness,
  wordEffects,
  account,
  neglect,
  untilAligned,
  randomisation,
];
