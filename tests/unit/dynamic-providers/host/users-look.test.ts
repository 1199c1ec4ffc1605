import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { usersCommand } from "../../../../dynamic-providers/host/users.js";

/** Users of a host, of whom a home has a list of keys, none, or a link that leads nowhere. */
function look(homes: readonly ("keys" | "none" | "dangling")[]) {
  const folder = mkdtempSync(path.join(tmpdir(), "users-look-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const lines = homes.map((kind, at) => {
    const home = path.join(folder, `home${at}`);
    mkdirSync(path.join(home, ".ssh"), { recursive: true });
    const list = path.join(home, ".ssh", "authorized_keys");
    if (kind === "keys") writeFileSync(list, `key of ${at}\n`);
    if (kind === "dangling") symlinkSync(path.join(folder, "nowhere"), list);
    return `u${at}:x:${1000 + at}:100::${home}:/bin/sh`;
  });
  writeFileSync(path.join(folder, "passwd"), `${lines.join("\n")}\n`);
  for (const [name, text] of [
    ["getent", `cat ${folder}/passwd`],
    ["id", "echo users"],
  ] as const) {
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(folder, name), 0o755);
  }
  return spawnSync("sh", [], {
    input: usersCommand((name) => `printf 'user:%s\\n' "${name}"`),
    env: { PATH: `${folder}:/usr/bin:/bin` },
    encoding: "utf8",
  });
}

it.each([["none"], ["dangling"], ["keys", "none"], ["none", "keys"]] as const)(
  "ends well whoever comes last and has no keys, as after a run that was cut: %s %s",
  (...homes) => {
    const { status, stdout, stderr } = look(homes);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.match(/user:u\d/g)).toHaveLength(homes.length);
    expect(stdout.includes("key of")).toBe(homes.some((kind) => kind === "keys"));
  },
);
