"use strict";

// node inside-own-network.cjs <folder> <addresses> <ports> <program> [word...]: in a network namespace that has nothing yet. Gives it
// loopback with the addresses, on which nobody listens, and the ports of the world outside that have a socket in the folder.
const { spawn, spawnSync } = require("node:child_process");
const net = require("node:net");
const path = require("node:path");

const [folder = "", addresses = "", ports = "", program = "", ...words] = process.argv.slice(2);

/** @param {string[]} args */
function ip(...args) {
  const { status, stderr } = spawnSync("ip", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${args.join(" ")}: ${stderr}`);
}

/** @param {string} port */
function forward(port) {
  const server = net.createServer((near) => {
    const far = net.connect(path.join(folder, port));
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      if (from === undefined || to === undefined) continue;
      from.on("error", () => to.destroy());
      from.pipe(to);
    }
  });
  return new Promise((resolve) => server.listen(Number(port), "127.0.0.1", () => resolve(port)));
}

ip("link", "set", "lo", "up");
for (const address of addresses.split(",")) ip("addr", "add", `${address}/32`, "dev", "lo");
Promise.all(ports.split(",").map(forward)).then(() => {
  const child = spawn(program, words, { stdio: "inherit" });
  child.on("close", (status) => process.exit(status ?? 1));
});
