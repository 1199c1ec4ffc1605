import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  DeleteParameterCommand,
  GetParameterCommand,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import * as automation from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lockedVersion } from "../../../toolchain/locked-version.mjs";
import { makeStandIn } from "../../../toolchain/stand-in.mjs";
import { startMoto } from "../../support/moto.js";

const NAME = "/pve1/cluster/name";
const settings = {
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
};
let moto: Awaited<ReturnType<typeof startMoto>>;
let client: SSMClient;
const folder = mkdtempSync(path.join(tmpdir(), "aws-stand-in-"));

const version = lockedVersion("@pulumi/aws");
const place = path.join(folder, "home", "plugins", `resource-aws-v${version}`);

beforeAll(async () => {
  moto = await startMoto();
  client = new SSMClient({
    region: "us-west-2",
    endpoint: moto.url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  mkdirSync(place, { recursive: true });
  await makeStandIn(place, version);
}, 60_000);
afterAll(() => {
  client.destroy();
  moto.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function stackWith(value: string): Promise<automation.Stack> {
  return await automation.LocalWorkspace.createOrSelectStack(
    {
      stackName: "stand-in",
      projectName: "stand-in",
      program: async () => {
        const { Provider } = await import("@pulumi/aws/provider.js");
        const { Parameter } = await import("@pulumi/aws/ssm/parameter.js");
        const provider = new Provider("aws", {
          region: "us-west-2",
          endpoints: [{ ssm: moto.url }],
        });
        new Parameter("name", { name: NAME, type: "String", insecureValue: value }, { provider });
      },
    },
    {
      workDir: folder,
      envVars: {
        ...settings,
        PULUMI_HOME: path.join(folder, "home"),
        PULUMI_BACKEND_URL: `file://${folder}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
      },
    },
  );
}

const stored = async (): Promise<string | undefined> =>
  (await client.send(new GetParameterCommand({ Name: NAME }))).Parameter?.Value;

it("needs nothing of the checkout that made it", () => {
  const files = readdirSync(place);
  expect(files.sort()).toEqual(["provider.cjs", "pulumi-resource-aws", "version"]);
  for (const name of files)
    expect(readFileSync(path.join(place, name), "utf8")).not.toContain(process.cwd());
});

it("takes a parameter through its whole life with Pulumi's engine", async () => {
  const first = await (await stackWith("pve1")).up();
  expect(first.summary.resourceChanges?.create).toBeGreaterThan(0);
  expect(await stored()).toBe("pve1");
  const again = await (await stackWith("pve1")).up();
  expect(Object.keys(again.summary.resourceChanges ?? {})).toEqual(["same"]);
  await client.send(
    new PutParameterCommand({ Name: NAME, Value: "by hand", Type: "String", Overwrite: true }),
  );
  const stack = await stackWith("pve1");
  await stack.refresh();
  await stack.up();
  expect(await stored()).toBe("pve1");
  await client.send(new DeleteParameterCommand({ Name: NAME }));
  await stack.destroy();
  await expect(stored()).rejects.toMatchObject({ name: "ParameterNotFound" });
}, 120_000);
