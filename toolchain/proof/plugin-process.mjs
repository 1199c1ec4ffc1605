import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { repository } from "../paths.mjs";

const startDeadlineMs = 60_000;
const callDeadlineMs = 60_000;

/**
 * @typedef {{
 *   call: (method: string, request: object) => Promise<Reply>,
 *   messages: ProviderMessages,
 *   struct: (value: object) => object,
 *   stderr: () => string,
 *   stop: () => Promise<void>,
 * }} PluginProcess
 * @typedef {{ toJavaScript: () => Record<string, unknown> }} Struct
 * @typedef {{ getProperties: () => Struct, getInputs: () => Struct, getId: () => string }} Reply
 * @typedef {Record<"ConfigureRequest" | "CheckRequest" | "CreateRequest", new () => Record<string, (value: unknown) => void>>} ProviderMessages
 */

/**
 * Starts a provider plugin as the engine does and speaks the provider protocol with it.
 * @param {string} file
 * @returns {Promise<PluginProcess>}
 */
export async function startPlugin(file) {
  const require = createRequire(path.join(repository, "package.json"));
  const sdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
  const grpc = sdk("@grpc/grpc-js");
  const { ResourceProviderClient } = sdk("./proto/provider_grpc_pb.js");
  const { Struct } = sdk("google-protobuf/google/protobuf/struct_pb.js");
  const { Empty } = sdk("google-protobuf/google/protobuf/empty_pb.js");
  const engine = await startEngine(grpc, sdk("./proto/engine_grpc_pb.js").EngineService, Empty);

  // A rehearsal's endpoints are for stacks, not for the proof of a plugin.
  const env = { ...process.env, AWS_ENDPOINT_URL: undefined, AWS_ENDPOINT_URL_SSM: undefined };
  const child = spawn(file, [engine.address], { env, stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
    engine.stop();
  };
  try {
    const port = await firstLine(child);
    const client = new ResourceProviderClient(
      `127.0.0.1:${port}`,
      grpc.credentials.createInsecure(),
    );
    return {
      messages: { ...sdk("./proto/provider_pb.js"), Empty },
      struct: (value) => Struct.fromJavaScript(value),
      stderr: () => errors,
      stop: async () => {
        client.close();
        await stop();
      },
      call: (method, request) =>
        new Promise((resolve, reject) => {
          const deadline = Date.now() + callDeadlineMs;
          client[method](
            request,
            { deadline },
            (/** @type {Error | null} */ error, /** @type {never} */ reply) =>
              error ? reject(error) : resolve(reply),
          );
        }),
    };
  } catch (error) {
    await stop();
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(errors ? `${why}: ${errors.trim().split("\n")[0]}` : why);
  }
}

/**
 * A plugin reports to the engine while it works; what it says is of no interest here, but somebody must listen.
 * @param {ReturnType<NodeJS.Require>} grpc
 * @param {object} service
 * @param {new () => object} Empty
 * @returns {Promise<{ address: string, stop: () => void }>}
 */
async function startEngine(grpc, service, Empty) {
  const server = new grpc.Server();
  server.addService(service, {
    log: (/** @type {unknown} */ _call, /** @type {(error: null, reply: object) => void} */ done) =>
      done(null, new Empty()),
  });
  const port = await new Promise((resolve, reject) =>
    server.bindAsync(
      "127.0.0.1:0",
      grpc.ServerCredentials.createInsecure(),
      (/** @type {Error | null} */ error, /** @type {number} */ bound) =>
        error ? reject(error) : resolve(bound),
    ),
  );
  return { address: `127.0.0.1:${port}`, stop: () => server.forceShutdown() };
}

/**
 * @param {import("node:child_process").ChildProcessByStdio<null, import("node:stream").Readable, import("node:stream").Readable>} child
 * @returns {Promise<string>}
 */
function firstLine(child) {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(
      () => reject(new Error(`it gave no port within ${startDeadlineMs / 1000} s`)),
      startDeadlineMs,
    );
    child.stdout.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
      const end = text.indexOf("\n");
      if (end < 0) return;
      clearTimeout(timer);
      resolve(text.slice(0, end).trim());
    });
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(new Error(`it can't be started: ${error.message}`));
    });
    child.once("close", (status) => {
      clearTimeout(timer);
      reject(new Error(`it ended with status ${status} before it served`));
    });
  });
}
