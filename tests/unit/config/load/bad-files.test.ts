import { describe, expect, it } from "vitest";
import { loadStack, outlineOf, specFromConfig } from "../../../../config/load/index.js";
import { textOf } from "../wrong/wrong-stack.js";

const load = (text: string | Uint8Array) => loadStack({ file: "Pulumi.test.yaml", text });
const GOOD = textOf("frege");

describe("a file that is no stack file brings one clear finding", () => {
  it.each<[string, string | Uint8Array, string, number | undefined, string]>([
    ["an open bracket", "config:\n  a: [1, 2\nb: 3\n", "yaml/syntax", 3, "Close the bracket"],
    ["a tab as indentation", "config:\n\ta: 1\n", "yaml/syntax", 2, "spaces"],
    ["a wrong indentation", "config:\n  a: 1\n   b: 2\n", "yaml/syntax", 2, "indentation"],
    ["an unclosed quote", 'config:\n  a: "x\n', "yaml/syntax", undefined, "quote"],
    ["a duplicate key", "config:\n  a: 1\n  a: 2\n", "yaml/duplicate-key", 3, "Remove one"],
    ["an alias of nothing", "config:\n  a: 1\n  b: *x\n", "yaml/alias", 3, "Write the values out"],
    ["an alias as key", "config:\n  a: &x b\n  *x : 1\n", "yaml/alias", 3, "Write the values out"],
    ["an anchor at a key", "config:\n  &x a: 1\n", "yaml/alias", 2, "Write the values out"],
    ["a list as key", "config:\n  [a]: 1\n", "yaml/name", 2, "Write a name"],
    ["another version of YAML", "%YAML 1.1\n---\nconfig: {}\n", "yaml/tag", 1, "Remove the line"],
    [
      "a thousand brackets",
      `config: ${"[".repeat(1_000)}`,
      "yaml/syntax",
      undefined,
      "Close brackets",
    ],
    ["a merge key", "config:\n  a: 1\n  <<: {b: 1}\n", "yaml/alias", 3, "Write the values out"],
    ["a tag", "config:\n  a: !!binary aGk=\n", "yaml/tag", 2, "plain text"],
    ["a tag of its own", "config:\n  a: !vault abc\n", "yaml/tag", 2, "plain text"],
    ["two documents", "config: {}\n---\nconfig: {}\n", "yaml/documents", 2, "---"],
    ["nothing", "", "stack/not-a-mapping", undefined, "proxmox-ha:cluster"],
    ["a comment only", "# nothing\n", "stack/not-a-mapping", undefined, "proxmox-ha:cluster"],
    ["a list", "- 1\n- 2\n", "stack/not-a-mapping", 1, "proxmox-ha:cluster"],
    ["no config", "encryptionsalt: v1\n", "stack/no-section", 1, "proxmox-ha:cluster"],
    ["no cluster", "config:\n  aws:region: x\n", "stack/no-section", 1, "proxmox-ha:cluster"],
    [
      "a misspelt section",
      "config:\n  proxmox-ha:clutser: {}\n",
      "stack/no-section",
      2,
      "Did you mean",
    ],
    [
      "an encrypted section",
      "config:\n  proxmox-ha:cluster:\n    secure: v1:abc\n",
      "stack/encrypted-section",
      2,
      "pulumi config set --secret",
    ],
    ["text as section", "config:\n  proxmox-ha:cluster: hello\n", "schema/type", 2, "mapping"],
    ["ten megabytes", "#".repeat(10 * 1024 * 1024), "file/too-large", undefined, "1 MiB"],
    ["Latin-1", Buffer.from("config: \xe9\n", "latin1"), "file/encoding", undefined, "UTF-8"],
  ])("%s", (_name, text, code, line, fragment) => {
    const { spec, findings } = load(text);
    expect(spec).toBeUndefined();
    expect(findings.map((one) => one.code)).toEqual([code]);
    const [finding] = findings;
    if (line !== undefined) {
      expect(finding?.line).toBe(line);
    }
    expect(`${finding?.what} ${finding?.fix}`).toContain(fragment);
    expect(`${finding?.what} ${finding?.fix}`).not.toMatch(/ at line | {4}at |\n/);
  });

  it("names every duplicate key, and nothing else", () => {
    const { findings } = load(GOOD.replace("timezone:", "dns: [10.203.3.2]\n      timezone:"));
    expect(findings.map(({ code }) => code)).toEqual(["yaml/duplicate-key"]);
  });

  it("refuses a node that stands twice", () => {
    const twice = GOOD.replace(
      "      wittgenstein:\n        id: 3",
      "      russell:\n        id: 3",
    );
    expect(load(twice).findings.map(({ code }) => code)).toEqual(["yaml/duplicate-key"]);
  });

  it.each([null, 1, "text", [], true, undefined])("a section that is %j", (value) => {
    const { spec, findings } = specFromConfig(value);
    expect(spec).toBeUndefined();
    expect(findings).toHaveLength(1);
  });

  it("says nothing about other stacks from a broken file", () => {
    expect(outlineOf("Pulumi.x.yaml", "a: [")).toBeUndefined();
    expect(outlineOf("Pulumi.x.yaml", GOOD)).toEqual({
      file: "Pulumi.x.yaml",
      cluster: "ms01",
      domain: "home.example",
      nodes: ["frege", "russell", "wittgenstein"],
    });
  });
});

describe("how Pulumi may hand the section over", () => {
  it("reads a section that is stored as JSON text", () => {
    const json = JSON.stringify({ name: "x" });
    const { findings } = load(`config:\n  proxmox-ha:cluster: '${json}'\n`);
    expect(findings.some(({ path }) => path === "nodes")).toBe(true);
    expect(new Set(findings.map(({ line }) => line))).toEqual(new Set([2]));
  });

  it("takes a day that was read as a moment", () => {
    const { spec } = load(
      GOOD.replace(
        "    ha:\n",
        '    consent: { "storage.nfs-vms": "2026-12-01T00:00:00Z" }\n    ha:\n',
      ),
    );
    expect(spec?.consent).toEqual({ "storage.nfs-vms": "2026-12-01" });
  });

  it("does not ask for config values that it cannot see", () => {
    const text = GOOD.replace("{ ssm: /ms01/hosts/root_password }", "{ pulumi: rootPassword }");
    const codes = (result: ReturnType<typeof load>) => result.findings.map(({ code }) => code);
    expect(codes(load(text))).toContain("secrets/missing-config");
    const withValue = text.replace(
      "config:\n",
      "config:\n  proxmox-ha:rootPassword:\n    secure: v1:x\n",
    );
    expect(codes(load(withValue))).not.toContain("secrets/missing-config");
    const plain = text.replace("config:\n", "config:\n  proxmox-ha:rootPassword: hello\n");
    expect(codes(load(plain))).toContain("secrets/plain-config");
  });
});

describe("messages", () => {
  it("never show a value that may be a secret", () => {
    const { findings } = load(
      GOOD.replace("{ ssm: /ms01/hosts/root_password }", "hunter2").replace(
        "password: { ssm: /ms01/amt/frege }",
        "password: [hunter2]",
      ),
    );
    expect(findings.length).toBeGreaterThan(1);
    expect(JSON.stringify(findings)).not.toContain("hunter2");
  });

  it("report a misspelt key and what is wrong elsewhere in one go", () => {
    const { findings } = load(
      GOOD.replace("timezone:", "timezon:").replace("gateway: 10.203.3.1", "gateway: 10.203.4.1"),
    );
    expect(findings.filter(({ severity }) => severity === "error").map(({ code }) => code)).toEqual(
      ["schema/unknown-key", "address/outside-network"],
    );
  });

  it("say that more may follow when the fields themselves are wrong", () => {
    expect(load(GOOD.replace("major: 9", "major: 7")).complete).toBe(false);
    expect(load(GOOD).complete).toBe(true);
  });
});
