#!/usr/bin/env node
"use strict";

const { existsSync } = require("node:fs");
const path = require("node:path");

const main = path.join(__dirname, "..", "bin", "automation", "main.js");
if (existsSync(main)) {
  require(main);
} else {
  process.stderr.write(
    `${main} is missing: the command line is not compiled yet. Run \`npm run setup\` in ${path.dirname(__dirname)} and try again.\n`,
  );
  process.exitCode = 1;
}
