"use strict";

// node watched-run.cjs <manner> <ends|stays>: a run of the command line without an engine, with two steps under way until somebody
// stops it. It then comes to its end, or stays until it is left; with nobody to stop it (`done`) it ends by itself.
const path = require("node:path");

const engine = path.join(__dirname, "..", "..", "bin", "automation", "engine");
const { screenFor } = require(path.join(engine, "screen.js"));
const { byCtrlC } = require(path.join(engine, "by-ctrl-c.js"));
const { EXIT } = require(path.join(engine, "exit-status.js"));

const [manner = "lines", end = "ends"] = process.argv.slice(2);
const root = "urn:pulumi:frege::proxmox-ha::";

/**
 * @param {string} type
 * @param {string} parent
 * @param {string} name
 */
function step(type, parent, name) {
  const state = { parent: `${root}${parent}`, inputs: {}, outputs: {} };
  return { op: "create", urn: `${root}${type}::${name}`, type, new: state };
}

const steps = [
  step("pulumi-nodejs:dynamic/host:Packages", "proxmox-ha:host:HostBase::frege", "frege-packages"),
  step(
    "pulumi-nodejs:dynamic/host:Paths",
    "proxmox-ha:network:NetworkPaths::management",
    "management-gate",
  ),
];

const screen = screenFor({
  verb: "up",
  manner,
  output: process.stdout,
  now: Date.now,
  preview: () => {
    throw new Error("this is no preview");
  },
});
const { signal, over } = byCtrlC({
  say: (/** @type {string} */ line) => screen.say([line]),
  waitingFor: screen.waitingFor,
});

/** @param {number} status */
function finish(status) {
  for (const metadata of steps)
    screen.event({ sequence: 1, timestamp: 1, resOutputsEvent: { metadata } });
  screen.end({
    status,
    verb: "up",
    stack: "frege",
    changes: { create: 2 },
    errors: status === EXIT.done ? [] : ["canceled"],
    seconds: 1,
    outputs: {},
    runLog: "/nowhere/one.jsonl",
  });
  screen.leave();
  over();
  process.exitCode = status;
}

screen.expects({ of: () => 95 });
if (manner === "lines") screen.say(["up frege"]);
for (const metadata of steps)
  screen.event({ sequence: 1, timestamp: 1, resourcePreEvent: { metadata } });
if (end === "done") {
  finish(EXIT.done);
} else {
  // Something has to keep the process, as the engine does.
  const engineRuns = setInterval(() => undefined, 1_000);
  signal.addEventListener("abort", () => {
    if (end === "ends") {
      clearInterval(engineRuns);
      finish(EXIT.interrupted);
    }
  });
}
