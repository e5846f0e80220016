import { attention } from "./attention.js";
import { contributions } from "./contributions.js";
import { centre, random } from "./controls.js";
import { gradient, integratedGradients } from "./gradients.js";
import { occlusion, shapley } from "./masking.js";
import type { Method } from "./method.js";

/** Names of the attribution methods, ours first, controls last. */
export const METHOD_NAMES = [
  "contributions",
  "attention",
  "gradient",
  "integrated-gradients",
  "occlusion",
  "shapley",
  "random",
  "centre",
] as const;
export type MethodName = (typeof METHOD_NAMES)[number];

/** Every attribution method by its name; all explain the same network and the same run. */
export const METHODS: Readonly<Record<MethodName, Method>> = {
  contributions,
  attention,
  gradient,
  "integrated-gradients": integratedGradients,
  occlusion,
  shapley,
  random,
  centre,
};
