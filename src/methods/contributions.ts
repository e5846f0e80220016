import { explainSampling, guidedNetwork } from "../explain/ledger.js";
import { runSources } from "../explain/sources.js";
import { lastStep, releaseAll } from "../generate/draw.js";
import { checkExplainable, compileFrozen, compileFrozenFor } from "../generate/networks.js";
import { fromParts, type Method } from "./method.js";
import { playersOf, sumByPlayer } from "./players.js";

/** What the word supplied: its rows through the frozen network, the account that comes with every picture. */
export const contributions: Method = {
  title: "Contributions",
  shows: "what the word supplied to the picture",
  completeness: "the picture less what noise, time and mean supplied; exact",
  cost: (words) => ({ calls: 1, passes: words + 4 }),
  async open({ model, encodePrompt, prompt: layout, settings, compile }) {
    checkExplainable(model, "use another method, or a B-cos model");
    const { guidance } = settings;
    const tokens = layout.tokens.length;
    const sources = runSources(tokens, guidance === 1 ? [] : ["unconditional"]);
    const conditional = await compileFrozenFor(model, layout, sources, "prompt", compile);
    const nothing = await encodePrompt("");
    const unconditional =
      guidance === 1 ? undefined : await compileFrozen(model, nothing, sources, "unconditional", compile);
    return {
      async explain({ prompt, ...run }) {
        const own = conditional.run(prompt);
        const network = unconditional === undefined ? own : guidedNetwork(own, unconditional.run, guidance);
        const { x, rows } = await lastStep(explainSampling({ ...run, network, sources }));
        const others = rows.subarray(tokens * x.length);
        return fromParts({
          parts: sumByPlayer(playersOf(prompt), rows, x.length),
          whole: x.map((value, i) => {
            let rest = 0;
            for (let at = i; at < others.length; at += x.length) rest += others[at]!;
            return value - rest;
          }),
        });
      },
      release: () => releaseAll([conditional, unconditional]),
    };
  },
};
