import { formatShape } from "../../graph/shape.js";
import type { StateDictMatch } from "../../model/state-dict.js";
import { quoted } from "../../safetensors/names.js";

/** What of a file became a network's parameters, and by name what did not; `hasEma` tells of a second set of weights. */
export function matchReport(file: string, format: string, match: StateDictMatch, hasEma: boolean): string {
  const { set, sources, missing, constant, unexpected, misshapen, leftOut } = match;
  const weights = set === "ema" ? "their moving average (EMA)" : "the weights as trained";
  const other =
    set === "ema"
      ? "; --weights plain takes those as trained"
      : hasEma
        ? "; --weights ema takes their average"
        : "";
  const parts = [...leftOut].map(([part, count]) => `${quoted(part).slice(1, -1)} ${count}`);
  return [
    `${file}: ${format}`,
    `taken: ${sources.size} tensors under "${match.prefix}", ${weights}${other}`,
    ...(parts.length > 0 ? [`left out: ${parts.join(", ")}`] : []),
    ...(constant.length > 0 ? [`not in such files, at their constant start: ${constant.join(", ")}`] : []),
    `${missing.length} missing, ${unexpected.length} unexpected, ${misshapen.length} of another shape`,
    ...missing.map((name) => `  missing ${name}`),
    ...unexpected.map((name) => `  unexpected ${quoted(name, 200)}`),
    ...misshapen.map(
      ({ name, expected, got }) =>
        `  shape of ${name} must be ${formatShape(expected)}; got ${formatShape(got)}`,
    ),
    "",
  ].join("\n");
}
