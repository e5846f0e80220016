/** Checks layers, networks and sampling runs against files of expected numbers. `npm run reference -- DIR` */
import { reference } from "./command.js";

process.exitCode = await reference(process.argv.slice(2), { out: console.log, error: console.error });
