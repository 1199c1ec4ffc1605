"use strict";
// A resource for tests of the kit alone: a file of names on this machine. Removing a name needs consent, as data does.
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const { z } = require("zod");
const { commonInputs } = require("../../bin/dynamic-providers/kit/common-inputs.js");
const { defineGate } = require("../../bin/dynamic-providers/kit/gate.js");
const { defineProvider } = require("../../bin/dynamic-providers/kit/define-provider.js");
const { told } = require("../../bin/dynamic-providers/kit/outputs.js");
const { ProcessRuntime } = require("../../bin/dynamic-providers/kit/process-runtime.js");

const inputs = z.strictObject({
  ...commonInputs,
  file: z.string(),
  names: z.array(z.string()),
  breakAfter: z.int().optional(),
});

/** @param {string} file */
const read = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : []);

const vault = defineProvider({
  kind: "test/vault",
  schemaVersion: 2,
  // Version 1 kept the names in one text.
  migrations: { 1: ({ list, ...state }) => ({ ...state, names: String(list).split(",") }) },
  inputs,
  state: inputs,
  identity: ["file"],
  deadlineMs: 10_000,
  subject: ({ file }) => `vault ${file}`,
  id: ({ file }) => file,
  remember: (given) => given,
  observe: async ({ file }) => read(file),
  plan: (wanted, found) => [
    ...(wanted?.names ?? [])
      .filter((name) => !found.includes(name))
      .map((name) => ({ kind: "add", path: name, from: "absent", to: "there", step: name })),
    ...found
      .filter((name) => !wanted?.names.includes(name))
      .map((name) => ({
        kind: "remove",
        path: name,
        from: "there",
        to: "absent",
        consent: name,
        step: name,
      })),
  ],
  apply: async (changes, { file }, _context, given) => {
    for (const [at, { kind, step }] of changes.entries()) {
      if (given?.breakAfter === at) throw new TypeError("the test broke this");
      const now = read(file);
      const next = kind === "add" ? [...now, step] : now.filter((name) => name !== step);
      writeFileSync(file, JSON.stringify(next));
    }
  },
  outputs: told(
    z.strictObject({ found: z.array(z.string()), nothing: z.undefined().optional() }),
    (found) => ({ found, nothing: undefined }),
  ),
});

const gate = defineGate({
  kind: "test/gate",
  schemaVersion: 2,
  // Version 1 had no owner, because root was the only one.
  migrations: { 1: (state) => ({ ...state, owner: "root" }) },
  inputs: z.strictObject({ ...commonInputs, file: z.string(), owner: z.string() }),
  deadlineMs: 10_000,
  everyMs: 20,
  subject: ({ file }) => `${file} exists`,
  id: ({ file }) => file,
  measure: async ({ file }) => ({ met: existsSync(file), saw: [`looked for ${file}`] }),
  doNext: ({ file }) => `Make ${file}.`,
});

const runtime = new ProcessRuntime();
exports.vault = vault.serve(runtime);
exports.gate = gate.serve(runtime);
