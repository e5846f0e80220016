import type { MethodName } from "../../methods/methods.js";
import type { MarkKind } from "../../report/charts.js";

/** Whose method it is: this package's own, another, or a control that knows nothing of the words. */
export function kindOf(method: MethodName): MarkKind {
  if (method === "contributions") return "ours";
  return method === "random" || method === "centre" ? "control" : "other";
}

/** What each method does, a paragraph each. */
export const METHOD_TEXTS: Readonly<Record<MethodName, string>> = {
  contributions:
    "All dynamic factors of the network (attention, gates, the cosines of B-cos layers) are held at the values they took, which leaves a linear map. A word's part is that map applied to the word's vectors; a map of it shows the size of that part in every pixel. The parts of all words, noise, time and mean add up to the picture exactly. They come with the picture, from one run in lockstep.",
  attention:
    "The probabilities with which the pixels of every cross-attention layer listen to the word, averaged over heads and layers and enlarged to the picture, as in DAAM (Tang et al. 2023). Not stretched to the map's own range, for then an ignored word glows like any other. Attention says where the network looked up a word, and not what it did with it.",
  gradient:
    "The derivative of every value of the picture along the word's vectors, no factor held. It is the first-order answer to a word that grows a little.",
  "integrated-gradients":
    "The same, averaged over 50 strengths of the prompt from nothing to full (Sundararajan et al. 2017). In the limit of many steps its parts add up to the picture less that of the empty prompt; how much is missing is reported as its completeness error.",
  occlusion:
    "The prediction with all words less the prediction with this one masked. The plain counterfactual; where two words say the same, neither seems to matter.",
  shapley:
    "What the word adds, averaged over all orders in which the words can join (Shapley 1953): exact, by drawing all 2^n subsets. At most 8 words and symbols, so it is asked about short captions only.",
  random: "Independent noise for every word: a control. A method that doesn't beat it says nothing.",
  centre:
    "The same Gaussian blob in the middle for every word: a control. A method that doesn't beat it only knows where things usually are.",
};
