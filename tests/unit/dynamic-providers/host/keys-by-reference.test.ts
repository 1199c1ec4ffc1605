import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  closeRecord,
  GIVEN_KEYS_COMMAND,
  openRecord,
  parseGivenKeys,
  readKeys,
} from "../../../../dynamic-providers/host/keys-by-reference.js";
import {
  applySettingsScript,
  type HostSettings,
  parseSettings,
  settingsDifferences,
} from "../../../../dynamic-providers/host/settings.js";
import { Secret } from "../../../../dynamic-providers/transport/base/secret.js";

const PLACE = { ssm: "/pve1/ssh_keys/ansible_public_key" };
const LABEL = "ssm:/pve1/ssh_keys/ansible_public_key";
const OLD = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAold ansible";
const NEW = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAnew ansible";
const wish: HostSettings = {
  hostname: "pve1",
  timezone: "Etc/UTC",
  locale: "en_US.UTF-8",
  users: [{ name: "ansible", shell: "/bin/bash", sudo: "none", keys: [PLACE] }],
  rootKeys: [],
  kernelParameters: [],
};

/** A host with these keys of ansible, and what the place holds for this run. */
function facts(keys: readonly string[], given: readonly string[], kept?: string) {
  const all = {
    hostname: "pve1",
    timezone: "Etc/UTC",
    locale: "en_US.UTF-8",
    "user:ansible": `/bin/bash\n0\nansible\n@keys\n${keys.join("\n")}`,
    given: given.map((key) => `ansible ${key}`).join("\n"),
  };
  const said = Object.entries(all)
    .map(([name, text]) => `\n@@proxmox-ha-settings@@${name}\n${text}\n`)
    .join("");
  const found = parseSettings(said);
  return kept === undefined ? found : { ...found, keptKeys: new Map([[LABEL, kept]]) };
}
const stepsOf = (...args: Parameters<typeof settingsDifferences>) =>
  settingsDifferences(...args).map(({ step }) => step);

describe("a user's key by reference", () => {
  it("is given, and the record follows it", () => {
    const steps = stepsOf(wish, facts([], [], NEW));
    expect(steps).toMatchObject([
      { kind: "user", user: { name: "ansible", keys: [NEW] } },
      { kind: "record", user: "ansible", keys: [NEW], before: [] },
    ]);
    expect(stepsOf(wish, facts([NEW], [NEW], NEW), wish)).toEqual([]);
  });

  it("is exchanged with what is kept at its place, and the old one is taken back", () => {
    expect(stepsOf(wish, facts([OLD], [OLD], NEW), wish)).toMatchObject([
      { kind: "user", user: { keys: [NEW] } },
      { kind: "revoke", user: "ansible", keys: [OLD] },
      { kind: "record", keys: [NEW], before: [OLD] },
    ]);
  });

  it("is taken back when the file names it no more, and when its user is gone", () => {
    const without = { ...wish, users: wish.users.map((user) => ({ ...user, keys: [] })) };
    for (const after of [without, { ...wish, users: [] }]) {
      expect(stepsOf(after, facts([OLD], [OLD], NEW), wish)).toMatchObject([
        { kind: "revoke", user: "ansible", keys: [OLD] },
        { kind: "record", user: "ansible", keys: [], before: [OLD] },
      ]);
    }
  });

  it("is compared by the record in a refresh, which reads no place", () => {
    expect(stepsOf(wish, facts([OLD], [OLD]))).toEqual([]);
    expect(stepsOf(wish, facts([], [OLD]))).toMatchObject([{ kind: "user" }]);
    expect(stepsOf(wish, facts([], []))).toMatchObject([{ kind: "record", keys: [] }]);
  });

  it.each([
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    `${NEW}\n${OLD}`,
    'command="reboot" ssh-rsa AAAA',
    "",
  ])("is refused when something else is kept there, which is not told: %j", async (value) => {
    const read = readKeys(wish.users, { secret: () => Promise.resolve(new Secret(value)) });
    await expect(read).rejects.toThrow(
      /public key of ansible.*ssm:\/pve1\/ssh_keys\/ansible_public_key.*is no public ssh key/,
    );
    await expect(read).rejects.not.toThrow(/BEGIN OPENSSH|AAAA/);
  });

  it("is read with the line end that editors leave", async () => {
    const secret = () => Promise.resolve(new Secret(`${NEW}\n`));
    expect([...(await readKeys(wish.users, { secret }))]).toEqual([[LABEL, NEW]]);
  });

  it("stands on record, with the old one, before it is given", () => {
    const found = facts([OLD], [OLD], NEW);
    const steps = stepsOf(wish, found, wish).flatMap((step) =>
      step.kind === "setting" ? [] : [step],
    );
    const script = applySettingsScript(wish, found, steps);
    const both = script.indexOf(`'${OLD}' '${NEW}'`);
    expect(both).toBeGreaterThan(-1);
    expect(both).toBeLessThan(script.indexOf("authorized_keys"));
  });

  it("leaves a record that is read back as it was written, and none when there is nothing", () => {
    const home = mkdtempSync(path.join(tmpdir(), "keys-by-reference-"));
    const run = (lines: readonly string[]) =>
      execFileSync("sh", ["-ec", lines.join("\n").replaceAll("/var/lib/proxmox-ha", home)], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
    const record = { kind: "record", user: "ansible", keys: [NEW], before: [OLD] } as const;
    try {
      expect(parseGivenKeys(run([GIVEN_KEYS_COMMAND]))).toEqual({});
      run(openRecord(record));
      expect(parseGivenKeys(run([GIVEN_KEYS_COMMAND]))).toEqual({ ansible: [OLD, NEW] });
      run(closeRecord(record));
      expect(readFileSync(path.join(home, "keys-by-reference", "ansible"), "utf8")).toBe(
        `${NEW}\n`,
      );
      run(closeRecord({ ...record, keys: [] }));
      expect(readdirSync(path.join(home, "keys-by-reference"))).toEqual([]);
    } finally {
      rmSync(home, { recursive: true });
    }
  });
});
