import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  fingerprintOf,
  judgeHostKey,
} from "../../../../../dynamic-providers/transport/ssh/known-hosts.js";

/** A key as a host shows it: its kind, and what it is. */
const KEY = Buffer.concat([
  Buffer.from([0, 0, 0, 11]),
  Buffer.from("ssh-ed25519"),
  Buffer.alloc(36),
]);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "known-hosts-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const request = (isKept: boolean) => ({
  host: "10.30.0.11",
  port: 22,
  place: "frege (10.30.0.11)",
  wanted: "trust-first-use",
  file: path.join(folder, "known_hosts"),
  isKept,
});

it("says once where a host's key is recorded", () => {
  expect(judgeHostKey(request(true), KEY)).toBe(
    `frege (10.30.0.11): first contact, host key ${fingerprintOf(KEY)} recorded in ${folder}/known_hosts`,
  );
  expect(judgeHostKey(request(true), KEY)).toBeUndefined();
});

it("names no file that goes with whoever looks", () => {
  expect(judgeHostKey(request(false), KEY)).toBe(
    `frege (10.30.0.11): first contact, host key ${fingerprintOf(KEY)} (this look does not record it)`,
  );
});
