import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { flow } from "../../../../config/findings/flow.js";
import { loadStack } from "../../../../config/load/index.js";
import { findingsOf, patched } from "../wrong/wrong-stack.js";

describe("what is printed can be pasted", () => {
  it.each([
    "3",
    "570",
    "010",
    "2026-12-01",
    "true",
    "~",
    "",
    " a",
    "a: b",
    "a #b",
    "a, b",
    "[x]",
    "{{ message }}",
    "*",
    "-",
    "it's",
    'say "no"',
    "two\nlines",
  ])("%j keeps its meaning in a list, as a value and as a key", (text) => {
    expect(parse(flow([text]))).toEqual([text]);
    expect(parse(flow({ key: text }))).toEqual({ key: text });
    expect(parse(flow({ [text]: 1 }))).toEqual({ [text]: 1 });
  });

  it.each<[string, string, unknown, RegExp]>([
    [
      "a number where a text is meant",
      "nodes/frege/fence/redfish",
      { address: "10.203.3.21", login: { user: "a", password: { ssm: "/ms01/x" } }, system: 1 },
      /Write it in quotes: "1"/,
    ],
    [
      "a driver without quotes",
      "gpus",
      { a: { model: "l4", boards: 1, nodes: ["frege"], driver: 570 } },
      /Write it in quotes: "570"/,
    ],
    [
      "a protocol without quotes",
      "storage/nfs-vms",
      { cifs: { server: "10.203.3.99", share: "x", version: 3 }, content: ["images"] },
      /Write it in quotes: "3"/,
    ],
    ["yes for true", "adopt", "yes", /Write `true`/],
    ["off for false", "base/lldp", "off", /Write `false`/],
  ])("%s", (_name, at, value, fix) => {
    const fixes = findingsOf(patched("frege", { [at]: value })).map((one) => one.fix);
    expect(fixes.join("\n")).toMatch(fix);
  });

  it("an empty section is called empty", () => {
    const { findings } = loadStack({ file: "x", text: "config:\n  proxmox-ha:cluster:\n" });
    expect(findings[0]?.what).toContain("is empty");
    expect(findings[0]?.fix).not.toContain("Did you mean");
  });
});

describe("secrets by their shape", () => {
  const AWS = `wJalrXUtnFEMI/K7MDENG/${"bPxRfiCYEXAMPLEKEY"}`;
  it.each([
    ["an AWS secret key", AWS],
    ["a GitHub token", `ghp_${"a1B2".repeat(9)}`],
    ["a fine-grained GitHub token", `github_pat_${"a1B2".repeat(9)}`],
    ["a JWT", `eyJ${"hbGciOi"}.eyJ${"zdWIiOi"}.c2lnbmF0dXJl`],
    ["an address with a password", "curl https://ops:hunter2@example.net/x"],
    ["curl with a password", "curl -s -u ops:hunter2 https://example.net"],
    ["a private key", "-----BEGIN OPENSSH PRIVATE KEY-----"],
    ["a Slack token", `xoxb-${"1234567890"}-abc`],
    ["a Stripe key", `sk_live_${"a1B2c3D4e5"}`],
    ["a bearer token", `curl -H "Authorization: Bearer ${"a1B2".repeat(8)}" x`],
  ])("%s is found in a hook and in a description, and not printed", (_name, text) => {
    const hook = { phase: "ha", when: "after", on: "controller", command: `run ${text}` };
    const findings = findingsOf(
      patched("frege", { hooks: [hook], "nodes/frege/description": `see ${text}` }),
    ).filter(({ code }) => code === "secrets/looks-like-secret");
    expect(findings.map(({ path }) => path).sort()).toEqual([
      "hooks[0].command",
      "nodes.frege.description",
    ]);
    expect(JSON.stringify(findings)).not.toContain(text);
  });

  it.each([
    'curl -u "$USER:$PASSWORD" https://example.net',
    'curl -H "Authorization: Bearer $TOKEN" https://example.net',
    "curl https://example.net:8443/a@b",
    "/dev/disk/by-id/nvme-Samsung_SSD_990_PRO_2TB_S6Z1NJ0W123456A",
    "restic --password-file=/root/.restic backup /srv",
  ])("%s is none", (command) => {
    const hook = { phase: "ha", when: "after", on: "controller", command };
    const codes = findingsOf(patched("frege", { hooks: [hook] })).map(({ code }) => code);
    expect(codes).not.toContain("secrets/looks-like-secret");
  });

  it("one host key for two nodes is refused", () => {
    const pin = `SHA256:${"a".repeat(42)}A`;
    const findings = findingsOf(
      patched("frege", {
        "access/hostKeys": { frege: pin, russell: pin, wittgenstein: `SHA256:${"b".repeat(42)}A` },
      }),
    );
    expect(findings.map(({ code, path }) => [code, path])).toContainEqual([
      "access/same-host-key",
      "access.hostKeys.russell",
    ]);
  });
});
