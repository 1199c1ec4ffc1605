import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import { Status } from "@pulumi/pulumi/proto/status_pb.js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { providerText } from "../../dynamic-providers/kit/dynamic-resource.js";
import { PROVIDER_KEY } from "../../dynamic-providers/kit/engine.js";
import { type JsonObject, toStruct } from "../../dynamic-providers/kit/struct.js";
import { requireOutputs } from "./outputs-of.js";

/** The provider's text is relative to the project, and the test runner starts there. */
const repository = process.cwd();

/** An operation that the provider did not finish. */
export class ProviderFailure extends Error {
  override readonly name = "ProviderFailure";
  constructor(
    message: string,
    /** Set when the resource is to be kept with what was done. */
    readonly kept:
      | {
          readonly id: string;
          readonly properties: JsonObject;
          readonly reasons: readonly string[];
        }
      | undefined,
  ) {
    super(message);
  }
}

/** The engine's side of Pulumi's own provider process, which loads the compiled program. */
export class ProviderProcess {
  private constructor(
    readonly process: ChildProcess,
    private readonly client: ResourceProviderClient,
    private readonly said: () => string,
  ) {}

  static async start(options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly config?: Readonly<Record<string, string>>;
  }): Promise<ProviderProcess> {
    const script = createRequire(path.join(repository, "package.json")).resolve(
      "@pulumi/pulumi/cmd/dynamic-provider",
    );
    const child = spawn(process.execPath, [script, "127.0.0.1:1"], {
      cwd: repository,
      env: { ...process.env, PULUMI_NODEJS_PROJECT: "proxmox-ha", ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    const port = await new Promise<string>((resolve, reject) => {
      let line = "";
      const collect = (chunk: Buffer): void => {
        said += chunk.toString();
      };
      child.stderr.on("data", collect);
      child.stdout.on("data", (chunk: Buffer) => {
        line += chunk.toString();
        collect(chunk);
        if (line.includes("\n")) {
          resolve(line.split("\n")[0]?.trim() ?? "");
        }
      });
      child.once("exit", (code) =>
        reject(new Error(`the provider process ended: ${code} ${said}`)),
      );
    });
    const client = new ResourceProviderClient(
      `127.0.0.1:${port}`,
      grpc.credentials.createInsecure(),
    );
    const provider = new ProviderProcess(child, client, () => said);
    const request = new messages.ConfigureRequest();
    request.setArgs(Struct.fromJavaScript({ ...options.config }));
    await provider.ask((done) => client.configure(request, done));
    return provider;
  }

  /** Everything that the process printed. */
  output(): string {
    return this.said();
  }

  async stop(): Promise<void> {
    this.client.close();
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = new Promise((resolve) => this.process.once("exit", resolve));
      this.process.kill("SIGKILL");
      await ended;
    }
  }

  async check(
    kind: string,
    news: object,
    /** Inputs of the last run. */
    olds: JsonObject = {},
  ): Promise<{ inputs: JsonObject; failures: { property: string; reason: string }[] }> {
    const request = new messages.CheckRequest();
    request.setOlds(struct(olds));
    request.setNews(struct(withProvider(kind, news)));
    const answer = await this.ask<messages.CheckResponse>((done) =>
      this.client.check(request, done),
    );
    return {
      inputs: plain(answer.getInputs()),
      failures: answer
        .getFailuresList()
        .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() })),
    };
  }

  async diff(
    id: string,
    olds: JsonObject,
    news: JsonObject,
  ): Promise<{ changes: boolean; replaces: string[]; deleteBeforeReplace: boolean }> {
    const request = new messages.DiffRequest();
    request.setId(id);
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    const answer = await this.ask<messages.DiffResponse>((done) => this.client.diff(request, done));
    return {
      changes: answer.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME,
      replaces: answer.getReplacesList(),
      deleteBeforeReplace: answer.getDeletebeforereplace(),
    };
  }

  async create(inputs: JsonObject): Promise<{ id: string; outs: JsonObject }> {
    const request = new messages.CreateRequest();
    request.setProperties(struct(inputs));
    const answer = await this.ask<messages.CreateResponse>((done) =>
      this.client.create(request, done),
    );
    const outs = plain(answer.getProperties());
    await requireOutputs(outs);
    return { id: answer.getId(), outs };
  }

  async read(id: string, props: JsonObject): Promise<{ id: string; props: JsonObject }> {
    const request = new messages.ReadRequest();
    request.setId(id);
    request.setProperties(struct(props));
    const answer = await this.ask<messages.ReadResponse>((done) => this.client.read(request, done));
    const found = plain(answer.getProperties());
    await requireOutputs(found);
    return { id: answer.getId(), props: found };
  }

  async update(id: string, olds: JsonObject, news: JsonObject): Promise<{ outs: JsonObject }> {
    const request = new messages.UpdateRequest();
    request.setId(id);
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    const answer = await this.ask<messages.UpdateResponse>((done) =>
      this.client.update(request, done),
    );
    const outs = plain(answer.getProperties());
    await requireOutputs(outs);
    return { outs };
  }

  async delete(id: string, props: JsonObject): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setId(id);
    request.setProperties(struct(props));
    await this.ask((done) => this.client.delete(request, done));
  }

  private ask<T>(
    call: (done: (error: grpc.ServiceError | null, answer: T) => void) => unknown,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      call((error, answer) => (error === null ? resolve(answer) : reject(failureOf(error))));
    });
  }
}

function withProvider(kind: string, props: object): JsonObject {
  return { ...toStruct(props), [PROVIDER_KEY]: providerText(kind) };
}

function struct(value: JsonObject): Struct {
  return Struct.fromJavaScript(value);
}

function plain(value: Struct | undefined): JsonObject {
  return value === undefined ? {} : toStruct(value.toJavaScript());
}

/** What the plugin packs into the metadata when a resource was begun and not finished. */
function failureOf(error: grpc.ServiceError): ProviderFailure {
  const [packed] = error.metadata.get("grpc-status-details-bin");
  const status =
    packed instanceof Buffer ? Status.deserializeBinary(new Uint8Array(packed)) : undefined;
  const detail = status?.getDetailsList()[0];
  if (detail === undefined) {
    return new ProviderFailure(error.details, undefined);
  }
  const kept = messages.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
  return new ProviderFailure(error.details, {
    id: kept.getId(),
    properties: plain(kept.getProperties()),
    reasons: kept.getReasonsList(),
  });
}
