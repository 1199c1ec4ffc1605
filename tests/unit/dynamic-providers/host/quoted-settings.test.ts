import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applySettingsScript, parseSettings } from "../../../../dynamic-providers/host/settings.js";

/** Whatever a text from a file or a host could bring into a script of root; `canary` is a command that must never run. */
const NASTY = [
  "$(canary)",
  "`canary`",
  "'; canary; '",
  '"; canary; "',
  "\ncanary\n",
  "a; canary",
  "a && canary",
  "a | canary",
  "x\\",
  "'",
  '"',
  "a b  c",
  "*",
  "~",
  "-n",
  "%s%n",
  "$HOME",
];
const nasty = fc
  .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: "grapheme-ascii" })), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => parts.join(""))
  .filter((text) => !text.includes("\0"));

const folder = mkdtempSync(path.join(tmpdir(), "quoted-settings-"));
const bin = path.join(folder, "bin");
const canary = path.join(folder, "sang");

beforeAll(() => {
  mkdirSync(bin);
  const stub = (name: string, text: string): void => {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(bin, name), 0o755);
  };
  stub("canary", `: > ${canary}`);
  for (const name of [
    "hostname",
    "ln",
    "locale-gen",
    "update-grub",
    "useradd",
    "usermod",
    "visudo",
    "gpasswd",
    "install",
    "chown",
    "chmod",
    "proxmox-boot-tool",
  ]) {
    stub(name, "exit 0");
  }
  stub("getent", `echo "x:x:0:0::${folder}/home:/bin/sh"`);
  for (const made of ["etc/default", "etc/sudoers.d", "etc/kernel", "home/.ssh"]) {
    mkdirSync(path.join(folder, made), { recursive: true });
  }
  writeFileSync(path.join(folder, "etc/locale.gen"), "");
  writeFileSync(path.join(folder, "etc/default/grub"), "");
  writeFileSync(path.join(folder, "home/.ssh/authorized_keys"), "");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function script(text: string, timezone = "Old/Zone"): string {
  const found = parseSettings(
    ["hostname", "timezone", "locale", "boot", "grub"]
      .map((name) => `\n@@proxmox-ha-settings@@${name}\n${name === "boot" ? "grub" : "old"}\n`)
      .join(""),
  );
  const user = { name: text, shell: text, sudo: "no-password" as const, keys: [text] };
  const wish = {
    hostname: text,
    timezone: text,
    locale: text,
    users: [user],
    rootKeys: [text],
    kernelParameters: [text],
  };
  return applySettingsScript(wish, { ...found, timezone }, [
    { kind: "user", user: { ...user, sudo: "password" } },
    { kind: "keys", user: text, keys: [text] },
    { kind: "revoke", user: text, keys: [text] },
  ]);
}

describe("the script that makes a host as wished", () => {
  it("is a script to the shell, whatever the texts are", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        execFileSync("sh", ["-n"], { input: script(text) });
      }),
      { numRuns: 60 },
    );
  });

  it("runs none of them, and writes each as it is", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        rmSync(canary, { force: true });
        // Once to the end, and once as far as the time zone, which no host has.
        for (const whole of [script(text), script(text, text)]) {
          spawnSync("sh", [], {
            input: whole.replaceAll("/etc/", `${folder}/etc/`),
            cwd: folder,
            env: { PATH: `${bin}:/usr/bin:/bin`, HOME: folder },
          });
        }
        expect(existsSync(canary)).toBe(false);
        expect(readFileSync(path.join(folder, "etc/hostname"), "utf8")).toBe(
          `${text}\n`.replaceAll("/etc/", `${folder}/etc/`),
        );
      }),
      { numRuns: 40 },
    );
  });
});
