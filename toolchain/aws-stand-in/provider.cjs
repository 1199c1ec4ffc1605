"use strict";

// Stands in for Pulumi's AWS plugin where that cannot be had: one type, over Amazon's own SDK. Set-up puts this file and
// the packages that it needs into one, because the cache outlives the checkout that filled it.

const { readFileSync } = require("node:fs");
const path = require("node:path");
const ssm = require("@aws-sdk/client-ssm");
const { fromTemporaryCredentials } = require("@aws-sdk/credential-providers");
const grpc = require("@grpc/grpc-js");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb.js");
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb.js");
const messages = require("@pulumi/pulumi/proto/provider_pb.js");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js");

const version = readFileSync(path.join(__dirname, "version"), "utf8").trim();
const TYPE = "aws:ssm/parameter:Parameter";
/** A change of these makes it another parameter. */
const IDENTITY = ["name", "type"];
const INPUTS = [...IDENTITY, "insecureValue", "value", "overwrite"];

/**
 * @typedef {Record<string, unknown>} Properties
 * @typedef {{ toJavaScript: () => Properties }} StructMessage
 * @typedef {{
 *   getUrn: () => string, getId: () => string, getProperties: () => StructMessage, getNews: () => StructMessage,
 *   getOlds: () => StructMessage, getOldInputs: () => StructMessage, getArgs: () => StructMessage, getPreview: () => boolean,
 * }} Request
 */

/** @type {Properties} */
let settings = {};
/** @type {import("@aws-sdk/client-ssm").SSMClient | undefined} */
let client;

/**
 * Settings of a provider arrive as texts; what is more than a text is JSON in one.
 * @param {string} key
 */
function setting(key) {
  const value = settings[key];
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** @returns {import("@aws-sdk/client-ssm").SSMClient} */
function store() {
  if (client) return client;
  const region = setting("region");
  const profile = setting("profile");
  const role = setting("assumeRoles")?.[0];
  // The environment wins: a rehearsal's server may have moved since the state was written.
  const endpoint = process.env.AWS_ENDPOINT_URL_SSM ?? setting("endpoints")?.[0]?.ssm;
  const [accessKeyId, secretAccessKey] = [setting("accessKey"), setting("secretKey")];
  const credentials = role
    ? fromTemporaryCredentials({
        params: { RoleArn: role.roleArn, RoleSessionName: role.sessionName },
        clientConfig: { region },
      })
    : accessKeyId && secretAccessKey && { accessKeyId, secretAccessKey };
  client = new ssm.SSMClient({
    ...(region && { region }),
    ...(profile && { profile }),
    ...(endpoint && { endpoint }),
    ...(credentials && { credentials }),
  });
  return /** @type {import("@aws-sdk/client-ssm").SSMClient} */ (client);
}

/**
 * @param {string} name of the SDK's command
 * @param {object} input
 */
function send(name, input) {
  return store().send(new (Reflect.get(ssm, name))(input));
}

/** @param {Properties} inputs */
async function put({ name, type, insecureValue, value, overwrite }) {
  const content = { Name: name, Type: type, Value: insecureValue ?? value };
  const answer = await send("PutParameterCommand", { ...content, Overwrite: overwrite === true });
  return { name, type, insecureValue, value, overwrite, version: Reflect.get(answer, "Version") };
}

/** @param {Request} request */
async function look(request) {
  const olds = request.getProperties().toJavaScript();
  const name = olds.name ?? request.getId();
  const answer = await send("GetParameterCommand", { Name: name, WithDecryption: true });
  const { Type: type, Value: text, Version: version } = Reflect.get(answer, "Parameter");
  const value = olds.value === undefined ? { insecureValue: text } : { value: text };
  return { ...olds, name, type, ...value, version };
}

/** @param {Promise<unknown>} work */
async function unlessMissing(work) {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && error.name === "ParameterNotFound") return undefined;
    throw error;
  }
}

/** @param {string} urn */
function refuseOthers(urn) {
  const type = urn.split("::")[2]?.split("$").pop();
  if (type !== TYPE)
    throw new Error(
      `the stand-in for the AWS plugin knows ${TYPE} alone, not ${type}. Install the real one (pulumi plugin install resource aws ${version}), remove ${__dirname}, and run set-up again`,
    );
}

/** @param {object} properties */
const struct = (properties) => Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)));

/** @param {StructMessage} news */
function checked(news) {
  const response = new messages.CheckResponse();
  response.setInputs(struct(news.toJavaScript()));
  return response;
}

/**
 * @param {Properties} before
 * @param {Properties} after
 */
const changed = (before, after) =>
  INPUTS.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));

/** @type {Record<string, (request: Request) => Promise<object>>} */
const methods = {
  async getPluginInfo() {
    const info = new PluginInfo();
    info.setVersion(version);
    return info;
  },
  async attach() {
    return new Empty();
  },
  async cancel() {
    return new Empty();
  },
  async checkConfig(request) {
    return checked(request.getNews());
  },
  async diffConfig() {
    return new messages.DiffResponse();
  },
  async configure(request) {
    settings = request.getArgs().toJavaScript();
    client = undefined;
    return new messages.ConfigureResponse();
  },
  async check(request) {
    refuseOthers(request.getUrn());
    return checked(request.getNews());
  },
  async diff(request) {
    const keys = changed(request.getOlds().toJavaScript(), request.getNews().toJavaScript());
    const response = new messages.DiffResponse();
    const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
    response.setChanges(keys.length === 0 ? DIFF_NONE : DIFF_SOME);
    response.setDiffsList(keys);
    response.setReplacesList(keys.filter((key) => IDENTITY.includes(key)));
    response.setDeletebeforereplace(true);
    return response;
  },
  async create(request) {
    const inputs = request.getProperties().toJavaScript();
    const response = new messages.CreateResponse();
    response.setId(request.getPreview() ? "" : String(inputs.name));
    response.setProperties(struct(request.getPreview() ? inputs : await put(inputs)));
    return response;
  },
  async read(request) {
    const found = await unlessMissing(look(request));
    const response = new messages.ReadResponse();
    if (typeof found !== "object" || found === null) return response;
    response.setId(request.getId());
    response.setProperties(struct(found));
    const inputs = Object.entries(found).filter(([key]) => INPUTS.includes(key));
    response.setInputs(struct(Object.fromEntries(inputs)));
    return response;
  },
  async update(request) {
    const news = request.getNews().toJavaScript();
    const response = new messages.UpdateResponse();
    const properties = request.getPreview() ? news : await put({ ...news, overwrite: true });
    response.setProperties(struct({ ...properties, overwrite: news.overwrite }));
    return response;
  },
  async delete(request) {
    await unlessMissing(send("DeleteParameterCommand", { Name: request.getId() }));
    return new Empty();
  },
};

/** @param {(request: Request) => Promise<object>} method */
function answering(method) {
  return (
    /** @type {{ request: Request }} */ call,
    /** @type {(error: object | null, reply?: object) => void} */ done,
  ) =>
    method(call.request).then(
      (reply) => done(null, reply),
      (error) => done({ code: grpc.status.UNKNOWN, details: `${error.name}: ${error.message}` }),
    );
}

const server = new grpc.Server();
server.addService(
  ResourceProviderService,
  Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, answering(method)])),
);
server.bindAsync(
  "127.0.0.1:0",
  grpc.ServerCredentials.createInsecure(),
  (/** @type {Error | null} */ error, /** @type {number} */ port) => {
    if (error) throw error;
    // The engine reads the port from the first line.
    process.stdout.write(`${port}\n`);
  },
);
