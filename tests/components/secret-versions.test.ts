import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, it, vi } from "vitest";
import { referencesIn } from "../../dynamic-providers/kit/secret-versions.js";
import { labelOf } from "../../dynamic-providers/transport/secrets/reference.js";
import { parameterStore, type Registered, type Run, runProgram } from "./recording.js";

const ROOT_PASSWORD = "/ms01/hosts/root_password";
const CONTROLLERS = ["frege", "russell", "wittgenstein"].map((node) => `/ms01/amt/${node}`);
const SECRET_MARK = "1b47061264138c4ac30d75fd1eb44270";

function dynamic(run: Run): Registered[] {
  return run.resources.filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/"));
}

afterEach(() => vi.restoreAllMocks());

describe("the versions of secrets", () => {
  it.each(["frege", "pve1", "homelab", "gtr7"])(
    "stand in every dynamic resource that names a secret on %s",
    async (stack) => {
      for (const { name, inputs } of dynamic(await runProgram(stack, { preview: true }))) {
        const { secretVersions, ...rest } = inputs;
        const labels = referencesIn(rest).map(labelOf).sort();
        expect([name, Object.keys(secretVersions ?? {}).sort()]).toEqual([name, labels]);
      }
    },
  );

  it("are asked for once, without their values, in previews too", async () => {
    await runProgram("frege", { preview: true });
    expect(parameterStore.calls).toEqual([
      { Names: [ROOT_PASSWORD, ...CONTROLLERS], WithDecryption: false },
    ]);
  });

  it("change the inputs when a parameter was rotated, and nothing else does", async () => {
    const before = await runProgram("frege", { preview: true });
    const same = await runProgram("frege", { preview: true });
    const store = { versions: { [ROOT_PASSWORD]: 2 } };
    const after = await runProgram("frege", { preview: true, store });
    const inputs = (run: Run): unknown =>
      run.resources.find(({ name }) => name === "frege-packages")?.inputs;
    expect(inputs(same)).toEqual(inputs(before));
    expect(inputs(before)).toMatchObject({ secretVersions: { [`ssm:${ROOT_PASSWORD}`]: "1" } });
    expect(inputs(after)).toMatchObject({ secretVersions: { [`ssm:${ROOT_PASSWORD}`]: "2" } });
  });

  it("that a preview may not read are a warning, and what the state has is kept", async () => {
    const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
    const run = await runProgram("frege", { preview: true, store: { denied: true } });
    const said = warn.mock.calls.map(([text]) => text).join("\n");
    expect(said).toContain(ROOT_PASSWORD);
    expect(said).toContain("ssm:GetParameters");
    for (const one of dynamic(run)) {
      const names = referencesIn(one.inputs).length > 0;
      expect([one.name, one.ignoreChanges]).toEqual([one.name, names ? ["secretVersions"] : []]);
      expect(one.inputs).not.toHaveProperty("secretVersions");
    }
  });

  it("that an update may not read end it before anything is declared", async () => {
    const update = runProgram("frege", { store: { denied: true } });
    await expect(update).rejects.toThrow(/ms01\/hosts\/root_password[\s\S]*ssm:GetParameters/);
    await expect(update).rejects.toBeInstanceOf(pulumi.RunError);
  });

  it("are encrypted digests where the source has none", async () => {
    const changes = {
      access: { installerPassword: { pulumi: "root" } },
      fencing: { power: "off" },
    };
    const config = { "proxmox-ha:root": "weak-password-canary" };
    const run = await runProgram("frege", { preview: true, changes, config });
    const text = JSON.stringify(dynamic(run).map(({ inputs }) => inputs));
    expect(text).not.toContain("weak-password-canary");
    expect(
      run.resources.find(({ name }) => name === "frege-packages")?.inputs.secretVersions,
    ).toMatchObject({ "pulumi:root": { "4dabf18193072939515e22adb298388d": SECRET_MARK } });
    expect(parameterStore.calls).toEqual([]);
  });

  it("of a variable that is not set here do not show as a change", async () => {
    const changes = { access: { installerPassword: { env: "PROXMOX_HA_NOT_SET" } } };
    const run = await runProgram("frege", { changes });
    const found = run.resources.find(({ name }) => name === "frege-packages");
    expect(found?.ignoreChanges).toEqual(["secretVersions"]);
  });
});
