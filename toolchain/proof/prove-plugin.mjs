import { startLoopbackApi } from "./loopback-api.mjs";
import { startLoopbackParameters } from "./loopback-parameters.mjs";
import { startPlugin } from "./plugin-process.mjs";

/**
 * @typedef {{ passed: true, what: string } | { passed: false, why: string }} Proof
 */

/**
 * Lets a plugin do once what a stack will ask of it. Some releases of proxmoxve made the object and then panicked
 * while reading its id back, which leaves a storage that no state knows; only a create shows that.
 * @param {import("../pins.mjs").PluginName} name
 * @param {string} file
 * @param {string} version
 * @returns {Promise<Proof>}
 */
export async function provePlugin(name, file, version) {
  try {
    const plugin = await startPlugin(file);
    try {
      return await proofs[name](plugin, version);
    } catch (error) {
      return { passed: false, why: explain(error, plugin.stderr()) };
    } finally {
      await plugin.stop();
    }
  } catch (error) {
    return { passed: false, why: explain(error, "") };
  }
}

/** @type {Record<import("../pins.mjs").PluginName, (plugin: import("./plugin-process.mjs").PluginProcess, version: string) => Promise<Proof>>} */
const proofs = {
  async proxmoxve(plugin, version) {
    const api = await startLoopbackApi();
    try {
      await configure(plugin, {
        endpoint: api.endpoint,
        apiToken: "proof@pve!proof=00000000-0000-0000-0000-000000000000",
        insecure: true,
      });
      const made = await create(plugin, "proxmoxve:storage/nfs:Nfs", {
        resourceId: "proof",
        server: "127.0.0.1",
        export: "/proof",
        contents: ["images"],
      });
      if (made.id !== "proof") return { passed: false, why: `a storage got the id "${made.id}"` };
      if (!api.requests.includes("POST /api2/json/storage"))
        return { passed: false, why: "a create reached no API" };
      return { passed: true, what: `${version} created a storage on a loopback API` };
    } finally {
      await api.close();
    }
  },
  async command(plugin, version) {
    await configure(plugin, {});
    const made = await create(plugin, "command:local:Command", { create: "printf proof" });
    if (made.properties.stdout !== "proof")
      return { passed: false, why: `a command's stdout was "${made.properties.stdout}"` };
    return { passed: true, what: `${version} ran a command` };
  },
  async aws(plugin, version) {
    const store = await startLoopbackParameters();
    try {
      await configure(plugin, {
        region: "us-west-2",
        accessKey: "proof",
        secretKey: "proof",
        // More than a text travels as JSON in one.
        endpoints: JSON.stringify([{ ssm: store.endpoint }]),
        skipCredentialsValidation: "true",
        skipRequestingAccountId: "true",
        skipMetadataApiCheck: "true",
      });
      const name = "/proof/cluster/name";
      const made = await create(plugin, "aws:ssm/parameter:Parameter", {
        name,
        type: "String",
        insecureValue: "proof",
      });
      if (made.id !== name) return { passed: false, why: `a parameter got the id "${made.id}"` };
      if (store.written.get(name) !== "proof")
        return { passed: false, why: "a create wrote no parameter" };
      return { passed: true, what: `${version} wrote a parameter to a loopback store` };
    } finally {
      await store.close();
    }
  },
};

/**
 * @param {import("./plugin-process.mjs").PluginProcess} plugin
 * @param {object} settings
 */
async function configure(plugin, settings) {
  const request = new plugin.messages.ConfigureRequest();
  request.setArgs?.(plugin.struct(settings));
  request.setAcceptsecrets?.(true);
  request.setAcceptresources?.(true);
  await plugin.call("configure", request);
}

/**
 * @param {import("./plugin-process.mjs").PluginProcess} plugin
 * @param {string} type
 * @param {object} inputs
 */
async function create(plugin, type, inputs) {
  const urn = `urn:pulumi:proof::proof::${type}::proof`;
  const check = new plugin.messages.CheckRequest();
  check.setUrn?.(urn);
  check.setOlds?.(plugin.struct({}));
  check.setNews?.(plugin.struct(inputs));
  check.setRandomseed?.(Buffer.alloc(32, 1));
  const checked = await plugin.call("check", check);
  const request = new plugin.messages.CreateRequest();
  request.setUrn?.(urn);
  request.setName?.("proof");
  request.setType?.(type);
  request.setProperties?.(plugin.struct(checked.getInputs().toJavaScript()));
  const made = await plugin.call("create", request);
  return { id: made.getId(), properties: made.getProperties().toJavaScript() };
}

/**
 * @param {unknown} error
 * @param {string} stderr
 */
function explain(error, stderr) {
  const panic = stderr.split("\n").find((line) => line.startsWith("panic:"));
  if (panic) return `it ended with a ${panic.trim()}`;
  return error instanceof Error ? error.message : String(error);
}
