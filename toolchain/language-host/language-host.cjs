// The part of Pulumi that starts Node programs, for machines where the CLI had to be built: the official one can't be
// built apart from Pulumi's own repository. It speaks the LanguageRuntime protocol with the messages that the program's
// own @pulumi/pulumi ships, and leaves the running of the program to that package too, so the two always fit.
"use strict";

const { spawn } = require("node:child_process");
const { readFileSync, readdirSync } = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

/** With this status the SDK says that the program failed and that the user has been told why. */
const alreadyReported = 32;
/** States of large clusters pass through these messages; gRPC's own limit is 4 MiB. */
const largestMessageBytes = 400 * 1024 * 1024;

const engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
const fromProgram = createRequire(path.join(process.cwd(), "package.json"));
const sdkFolder = path.dirname(fromProgram.resolve("@pulumi/pulumi/package.json"));
const fromSdk = createRequire(path.join(sdkFolder, "package.json"));

const grpc = fromSdk("@grpc/grpc-js");
const language = fromSdk("./proto/language_pb.js");
const { LanguageRuntimeService } = fromSdk("./proto/language_grpc_pb.js");
const { PluginDependency, PluginInfo } = fromSdk("./proto/plugin_pb.js");
const { Empty } = fromSdk("google-protobuf/google/protobuf/empty_pb.js");

/** @type {Set<import("node:child_process").ChildProcess>} */
const programs = new Set();

/** @param {string} folder */
function entries(folder) {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith("."));
  } catch {
    return [];
  }
}

/**
 * Every installed package, with scoped ones as "@scope/name".
 * @param {string} modules a node_modules folder
 */
function packageNames(modules) {
  return entries(modules).flatMap((name) =>
    name.startsWith("@")
      ? entries(path.join(modules, name)).map((member) => `${name}/${member}`)
      : [name],
  );
}

/**
 * @typedef {{ name?: string, version?: string, pulumi?: { resource?: boolean, name?: string, version?: string, server?: string } }} Manifest
 * @param {string} file
 * @returns {Manifest | undefined}
 */
function readManifest(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** @param {string} programFolder */
function requiredPlugins(programFolder) {
  const plugins = new Map();
  let folder = path.resolve(programFolder);
  for (let last = ""; folder !== last; last = folder, folder = path.dirname(folder)) {
    const modules = path.join(folder, "node_modules");
    for (const packageName of packageNames(modules)) {
      if (plugins.has(packageName)) continue;
      const manifest = readManifest(path.join(modules, packageName, "package.json"));
      if (manifest?.pulumi?.resource) plugins.set(packageName, dependency(packageName, manifest));
    }
  }
  return [...plugins.values()];
}

/**
 * @param {string} packageName
 * @param {Manifest} manifest
 */
function dependency(packageName, manifest) {
  const wanted = new PluginDependency();
  const unscoped = packageName.replace(/^@[^/]+\//, "").replace(/^pulumi-/, "");
  wanted.setName(manifest.pulumi?.name ?? unscoped);
  wanted.setKind("resource");
  wanted.setVersion(`v${(manifest.pulumi?.version ?? manifest.version ?? "").replace(/^v/, "")}`);
  if (manifest.pulumi?.server) wanted.setServer(manifest.pulumi.server);
  return wanted;
}

/**
 * The SDK types its messages for callers only; this is what the host reads of a RunRequest and its kin.
 * @typedef {{ getProgramDirectory: () => string, getRootDirectory: () => string, getEntryPoint: () => string }} ProgramInfo
 * @typedef {{
 *   getInfo: () => ProgramInfo | undefined, getMonitorAddress: () => string, getOrganization: () => string,
 *   getProject: () => string, getStack: () => string, getPwd: () => string, getProgram: () => string,
 *   getParallel: () => number, getDryrun: () => boolean, getArgsList: () => string[],
 *   getConfigMap: () => { getEntryList: () => [string, string][] }, getConfigsecretkeysList: () => string[],
 * }} Request
 * @typedef {{ request: Request }} Call
 * @typedef {(error: null, response: unknown) => void} Answer
 */

/** @param {Request} request */
function programArguments(request) {
  const info = request.getInfo();
  /** @type {[string, string | undefined][]} */
  const named = [
    ["--monitor", request.getMonitorAddress()],
    ["--engine", engineAddress],
    ["--organization", request.getOrganization()],
    ["--project", request.getProject()],
    ["--stack", request.getStack()],
    ["--pwd", info?.getProgramDirectory() || request.getPwd()],
    ["--root-directory", info?.getRootDirectory() || request.getPwd()],
    ["--parallel", String(request.getParallel())],
  ];
  return [
    ...named.flatMap(([name, value]) => (value ? [name, value] : [])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info?.getEntryPoint() || request.getProgram() || ".",
    ...request.getArgsList(),
  ];
}

/** @param {Request} request */
function programEnvironment(request) {
  return {
    ...process.env,
    // The program is compiled; loading a TypeScript compiler would only cost time.
    PULUMI_NODEJS_TYPESCRIPT: "false",
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().getEntryList())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
}

/**
 * @param {number | null} status
 * @param {NodeJS.Signals | null} signal
 * @returns {{ error: string, bail: boolean }}
 */
function outcome(status, signal) {
  if (status === 0) return { error: "", bail: false };
  if (status === alreadyReported) return { error: "", bail: true };
  const how = signal ? `was ended by ${signal}` : `ended with status ${status}`;
  return { error: `the program ${how}`, bail: false };
}

/**
 * @param {Call} call
 * @param {Answer} answer
 */
function runProgram(call, answer) {
  const request = call.request;
  const program = spawn(
    process.execPath,
    [path.join(sdkFolder, "cmd", "run"), ...programArguments(request)],
    {
      cwd: request.getPwd(),
      env: programEnvironment(request),
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  programs.add(program);
  let answered = false;
  /** @param {{ error: string, bail: boolean }} result */
  const finish = (result) => {
    programs.delete(program);
    if (answered) return;
    answered = true;
    const response = new language.RunResponse();
    response.setError(result.error);
    response.setBail(result.bail);
    answer(null, response);
  };
  program.on("error", (error) =>
    finish({ error: `the program could not be started: ${error.message}`, bail: false }),
  );
  program.on("exit", (status, signal) => finish(outcome(status, signal)));
}

/**
 * @param {(request: Request) => unknown} make
 * @returns {(call: Call, answer: Answer) => void}
 */
const answering = (make) => (call, answer) => answer(null, make(call.request));

const server = new grpc.Server({
  "grpc.max_receive_message_length": largestMessageBytes,
  "grpc.max_send_message_length": largestMessageBytes,
});
server.addService(LanguageRuntimeService, {
  run: runProgram,
  handshake: answering(() => new language.LanguageHandshakeResponse()),
  cancel: answering(() => {
    for (const program of programs) program.kill("SIGINT");
    return new Empty();
  }),
  getPluginInfo: answering(() => {
    const info = new PluginInfo();
    info.setVersion(fromSdk("./package.json").version);
    return info;
  }),
  about: answering(() => {
    const about = new language.AboutResponse();
    about.setExecutable(process.execPath);
    about.setVersion(process.version);
    return about;
  }),
  getRequiredPlugins: answering((request) => {
    const response = new language.GetRequiredPluginsResponse();
    const folder = request.getInfo()?.getProgramDirectory() || process.cwd();
    response.setPluginsList(requiredPlugins(folder));
    return response;
  }),
});
server.bindAsync(
  "127.0.0.1:0",
  grpc.ServerCredentials.createInsecure(),
  (/** @type {Error | null} */ error, /** @type {number} */ port) => {
    if (error) throw error;
    // The CLI reads the port from the first line.
    process.stdout.write(`${port}\n`);
  },
);
