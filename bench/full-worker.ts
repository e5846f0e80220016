import { writeSync } from "node:fs";
import { loadModelConfig } from "../src/files/settings.js";
import { measureSampling } from "./full-sample.js";
import { measureTraining } from "./full-train.js";

// One part of one model; the report goes to descriptor 3, as this process's peak of memory does.
const [name = "", part, steps, threads] = process.argv.slice(2);
const config = loadModelConfig(name);
const measure = part === "train" ? measureTraining : measureSampling;
const report = await measure(config, Number(steps), Number(threads));
writeSync(3, JSON.stringify({ ...report, peak_mb: Math.round(process.resourceUsage().maxRSS / 1024) }));
