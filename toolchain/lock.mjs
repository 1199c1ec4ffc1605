import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Runs work while no other process holds the same lock file.
 *
 * The kernel keeps the lock (flock), on behalf of a small child that ends when its input ends. A holder that is killed
 * in any way closes that pipe, so a dead holder can never leave the lock behind.
 * @template T
 * @param {string} file
 * @param {(holder: string) => void} onWait called once if somebody else holds it
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, onWait, work) {
  mkdirSync(path.dirname(file), { recursive: true });
  const release = (await acquire(file, true)) ?? (await waitForIt(file, onWait));
  try {
    writeFileSync(file, `process ${process.pid}, since ${new Date().toISOString()}\n`);
    return await work();
  } finally {
    await release();
  }
}

/**
 * @param {string} file
 * @param {(holder: string) => void} onWait
 */
async function waitForIt(file, onWait) {
  onWait(readFileSync(file, "utf8").trim() || "another process");
  const release = await acquire(file, false);
  if (!release) throw new Error(`flock gave up waiting for ${file}; run the command again`);
  return release;
}

/**
 * @param {string} file
 * @param {boolean} atOnce give up instead of waiting
 * @returns {Promise<(() => Promise<void>) | undefined>} how to release it; undefined if it was not to be had at once
 */
function acquire(file, atOnce) {
  const args = [...(atOnce ? ["--nonblock"] : []), "--conflict-exit-code", "75", file];
  // cat inherits the lock through flock's own descriptor and lives exactly as long as our end of the pipe.
  const child = spawn("flock", [...args, "sh", "-c", "echo held; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  return new Promise((resolve, reject) => {
    const ended = new Promise((done) => child.once("close", done));
    child.once("error", (error) =>
      reject(new Error(`set-up needs flock (Debian package util-linux): ${error.message}`)),
    );
    child.once("close", (status) =>
      status === 75
        ? resolve(undefined)
        : reject(new Error(`flock on ${file} ended with status ${status}`)),
    );
    child.stdout.once("data", () =>
      resolve(async () => {
        child.stdin.end();
        await ended;
      }),
    );
  });
}
