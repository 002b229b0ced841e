// Reads {"name": "text"} from standard input, has HashiCorp's own program parse and format each text,
// and prints {"name": "the formatted text"}. A text that is no HCL ends it with the error.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/package.json`);
const { format } = require("@cdktf/hcl-tools");
const { parse } = require("@cdktf/hcl2json");
const files = JSON.parse(readFileSync(0, "utf8"));
const formatted = {};
for (const [name, text] of Object.entries(files)) {
  await parse(name, text);
  formatted[name] = await format(text);
}
process.stdout.write(JSON.stringify(formatted), () => process.exit(0));
