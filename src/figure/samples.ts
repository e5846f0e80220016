import type { Explanation } from "../explain/schema.js";
import { type Block, type Drawing, layers, marks, page, panelBlock, stack } from "./block.js";
import { pictureRaster } from "./colour.js";
import type { Font } from "./font.js";
import { madeBy } from "./frame.js";
import { captioned, emptyPanel } from "./pictures.js";
import { drawText, wrap } from "./text.js";
import { HEADING, MARGIN, SMALL } from "./theme.js";
import { CHART_WIDTH, tokenChart } from "./token-chart.js";

/** A picture of a sample; `picture` [3, H, W] is a sentence where there is none. */
export interface SamplePanel {
  readonly title: string;
  readonly detail: string;
  readonly picture: Float32Array | string;
}

/** One explained picture: its panels side by side, and a chart of its tokens. */
export interface ShownSample {
  readonly explanation: Explanation;
  readonly panels: readonly SamplePanel[];
  /** Positions of the words that the figure is about, which are bold. */
  readonly marked: ReadonlySet<number>;
}

const SIDE = 192;
const GAP = 24;

/** Samples one below the other, each under its prompt; at least one. */
export function samplesDrawing(samples: readonly ShownSample[], font: Font): Drawing {
  const blocks = samples.map((sample) => sampleBlock(sample, font));
  const width = Math.max(...blocks.map((block) => block.width));
  return page(stack(blocks, 28), width, MARGIN);
}

function sampleBlock({ explanation, panels, marked }: ShownSample, font: Font): Block {
  const { settings, prompt } = explanation;
  const scale = Math.max(1, Math.floor(SIDE / Math.max(settings.width, settings.height)));
  const [width, height] = [settings.width * scale, settings.height * scale];
  const pitch = width + GAP;
  const total = pitch * panels.length + CHART_WIDTH;
  const shown = panels.map(({ title, detail, picture }, i) => {
    const panel =
      typeof picture === "string"
        ? emptyPanel(width, height, picture, font)
        : panelBlock(pictureRaster(picture, settings), scale);
    return { block: captioned(panel, title, detail, font), x: i * pitch, y: 0 };
  });
  const chart = { block: tokenChart(explanation, marked, font), x: panels.length * pitch, y: 0 };
  return stack([titleBlock(prompt, explanation, total, font), layers([...shown, chart])], 10);
}

function titleBlock(prompt: string, explanation: Explanation, width: number, font: Font): Block {
  const lines = wrap(font, prompt === "" ? "(empty prompt)" : prompt, HEADING, width, 2);
  const made = wrap(font, madeBy(explanation), SMALL, width, 2);
  return marks(width, 20 * lines.length + 16 * made.length, [
    ...lines.map((line, i) => drawText(font, line, HEADING, { x: 0, y: 15 + 20 * i })),
    ...made.map((line, i) => drawText(font, line, SMALL, { x: 0, y: 20 * lines.length + 11 + 16 * i })),
  ]);
}
