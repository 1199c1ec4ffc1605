import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { withLock } from "../../../toolchain/lock.mjs";

const lockModule = path.resolve("toolchain/lock.mjs");
let folder = "";
let file = "";

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "lock-"));
  file = path.join(folder, "nested", "setup.lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const nobodyWaits = (holder: string) => {
  throw new Error(`waited for ${holder}`);
};

it("lets one after the other in, and names the holder to who waits", async () => {
  const order: string[] = [];
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let entered = () => {};
  const inside = new Promise<void>((resolve) => {
    entered = resolve;
  });
  const first = withLock(file, nobodyWaits, async () => {
    entered();
    await held;
    order.push("first");
  });
  await inside;
  const second = withLock(
    file,
    (holder) => {
      order.push(holder.startsWith(`process ${process.pid},`) ? "told" : holder);
      release();
    },
    async () => {
      order.push("second");
    },
  );
  await Promise.all([first, second]);
  expect(order).toEqual(["told", "first", "second"]);
});

it("is free again after work that failed", async () => {
  const failing = withLock(file, nobodyWaits, () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  await expect(withLock(file, nobodyWaits, async () => "in")).resolves.toBe("in");
});

it("outlives no holder, not even one that was killed", async () => {
  const script = `import(${JSON.stringify(lockModule)}).then(({ withLock }) =>
    withLock(${JSON.stringify(file)}, () => {}, async () => {
      console.log("held");
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    }));`;
  const holder = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(holder.stdout, "data");
  holder.kill("SIGKILL");
  await once(holder, "close");
  await expect(
    withLock(
      file,
      () => {},
      async () => "in",
    ),
  ).resolves.toBe("in");
});
