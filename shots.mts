import { readFileSync } from "node:fs";
import sharp from "sharp";
const html = readFileSync(process.argv[2]!, "utf8");
let i = 0;
for (const [svg] of html.matchAll(/<svg.*?<\/svg>/gs)) {
  const out = `/tmp/rep-scratch/${process.argv[3]}-${i++}.png`;
  await sharp(Buffer.from(svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg" color="#1f2328" ').replaceAll("currentColor", "#1f2328"))).flatten({ background: "#fff" }).png().toFile(out);
  console.log(out);
}
