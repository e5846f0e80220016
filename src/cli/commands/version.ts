import { version as number } from "../../version.js";
import { defineCommand } from "../command.js";

export const version = defineCommand({
  positionals: {},
  options: {},
  examples: [{ line: "pellucid version", does: "print the version, such as 0.1.0" }],
  run: async (_values, io) => {
    io.stdout.write(`${number}\n`);
  },
});
