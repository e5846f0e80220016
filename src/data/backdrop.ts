import type { Background } from "./attributes.js";
import { blend, type Canvas, clamp, cover, jitter, SIZE } from "./canvas.js";
import type { Random } from "./random.js";
import { PALETTE, type Rgb } from "./vocabulary.js";

/** Fills the canvas from top to bottom with a gradient. */
function sky(canvas: Canvas, top: Rgb, bottom: Rgb): void {
  for (let y = 0; y < SIZE; y++) {
    const colour = blend(top, bottom, y / SIZE);
    for (let x = 0; x < SIZE; x++) cover(canvas, x, y, colour, 1);
  }
}

/** Fills below a parabola through `height` at the middle, `bend` lower at both sides; edges are smooth. */
function ground(canvas: Canvas, height: number, bend: number, near: Rgb, far: Rgb): void {
  for (let x = 0; x < SIZE; x++) {
    const across = (x + 0.5) / (SIZE / 2) - 1;
    const edge = height + bend * across * across;
    for (let y = Math.max(0, Math.floor(edge) - 1); y < SIZE; y++) {
      const depth = clamp((y - edge) / (SIZE - edge), 0, 1);
      cover(canvas, x, y, blend(far, near, depth), clamp(y + 1 - edge, 0, 1));
    }
  }
}

function disc(canvas: Canvas, cx: number, cy: number, radius: number, colour: Rgb, strength = 1): void {
  const reach = radius + 1;
  for (let y = Math.max(0, Math.floor(cy - reach)); y < Math.min(SIZE, cy + reach); y++) {
    for (let x = Math.max(0, Math.floor(cx - reach)); x < Math.min(SIZE, cx + reach); x++) {
      const distance = Math.sqrt((x + 0.5 - cx) ** 2 + (y + 0.5 - cy) ** 2);
      cover(canvas, x, y, colour, strength * clamp(radius + 0.5 - distance, 0, 1));
    }
  }
}

function cloud(canvas: Canvas, random: Random): void {
  const x = random.between(4, 60);
  const y = random.between(4, 18);
  for (let i = -1; i <= 1; i++) {
    disc(canvas, x + i * 4, y - (i === 0 ? 1.5 : 0), i === 0 ? 4 : 3, [255, 255, 255], 0.85);
  }
}

function stripes(canvas: Canvas, random: Random, colour: Rgb, other: Rgb): void {
  const period = random.between(10, 16);
  const [dx, dy] = random.pick([[1, 0] as const, [0, 1] as const, [0.7, 0.7] as const, [0.7, -0.7] as const]);
  const phase = random.next();
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const turns = (x * dx + y * dy) / period + phase;
      const within = turns - Math.floor(turns);
      const inside = (0.25 - Math.abs(within - 0.5)) * period;
      cover(canvas, x, y, blend(other, colour, clamp(inside + 0.5, 0, 1)), 1);
    }
  }
}

function grass(canvas: Canvas, random: Random): void {
  sky(canvas, jitter(random, [120, 190, 245], 8), [205, 232, 250]);
  if (random.chance(0.6)) cloud(canvas, random);
  const edge = random.between(34, 42);
  ground(
    canvas,
    edge,
    random.between(-4, 6),
    jitter(random, [58, 142, 52], 8),
    jitter(random, [112, 190, 80], 8),
  );
  for (let i = 0; i < 110; i++) {
    const x = Math.floor(random.between(0, SIZE));
    const y = Math.floor(random.between(edge + 6, SIZE - 1));
    const blade: Rgb = random.chance(0.5) ? [150, 214, 96] : [36, 108, 42];
    cover(canvas, x, y, blade, 0.5);
    cover(canvas, x, y - 1, blade, 0.3);
  }
}

function snow(canvas: Canvas, random: Random): void {
  sky(canvas, jitter(random, [142, 170, 208], 8), [196, 212, 232]);
  const edge = random.between(34, 42);
  ground(canvas, edge, random.between(-4, 6), [232, 238, 247], [252, 253, 255]);
  for (let i = 0; i < 42; i++) {
    disc(
      canvas,
      random.between(0, SIZE),
      random.between(0, edge + 4),
      random.between(0.4, 1.1),
      [255, 255, 255],
    );
  }
}

function night(canvas: Canvas, random: Random): void {
  const top: Rgb = [12, 14, 48];
  sky(canvas, jitter(random, top, 5), [44, 46, 104]);
  for (let i = 0; i < 34; i++) {
    disc(canvas, random.between(0, SIZE), random.between(0, 50), random.between(0.1, 0.7), [255, 252, 225]);
  }
  if (random.chance(0.65)) {
    const x = random.between(7, SIZE - 7);
    const y = random.between(7, 13);
    disc(canvas, x, y, 5, [250, 240, 190]);
    disc(canvas, x + 2.6, y - 1.2, 4.2, [16, 18, 54]);
  }
  ground(canvas, random.between(46, 54), random.between(-4, 5), [14, 20, 40], [24, 34, 62]);
}

function beach(canvas: Canvas, random: Random): void {
  sky(canvas, jitter(random, [128, 205, 245], 8), [205, 238, 250]);
  if (random.chance(0.6))
    disc(canvas, random.between(6, SIZE - 6), random.between(6, 12), 4.5, [255, 236, 120]);
  const shore = random.between(40, 46);
  ground(canvas, random.between(24, 30), 0, [70, 178, 214], [32, 118, 188]);
  ground(canvas, shore - 1.3, random.between(-2, 3), [255, 255, 255], [244, 252, 255]);
  ground(canvas, shore, random.between(-2, 3), jitter(random, [222, 190, 132], 6), [238, 214, 164]);
  for (let i = 0; i < 40; i++) {
    const y = Math.floor(random.between(shore + 6, SIZE));
    cover(canvas, Math.floor(random.between(0, SIZE)), y, [190, 152, 96], 0.45);
  }
}

/** Paints the whole canvas; the masks stay as they are. */
export function paintBackground(canvas: Canvas, background: Background, random: Random): void {
  const colour = background.colour === null ? PALETTE.white : jitter(random, PALETTE[background.colour], 7);
  switch (background.backdrop) {
    case "plain":
      sky(canvas, colour, colour);
      break;
    case "striped":
      stripes(canvas, random, colour, background.colour === "white" ? [196, 200, 208] : PALETTE.white);
      break;
    case "grass":
      grass(canvas, random);
      break;
    case "snow":
      snow(canvas, random);
      break;
    case "night":
      night(canvas, random);
      break;
    case "beach":
      beach(canvas, random);
      break;
  }
}
