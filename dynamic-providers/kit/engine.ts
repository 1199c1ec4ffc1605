import type { JsonObject } from "./struct.js";

/** What the engine's Node plugin calls. The same shape as Pulumi's own interface, in terms of plain JSON. */
export interface EngineProvider {
  configure(request: { readonly config: { get(key: string): string | undefined } }): Promise<void>;
  check(
    olds: JsonObject,
    news: JsonObject,
  ): Promise<{ readonly inputs: JsonObject; readonly failures: CheckFailure[] }>;
  diff(id: string, olds: JsonObject, news: JsonObject): Promise<DiffResult>;
  create(news: JsonObject): Promise<{ readonly id: string; readonly outs: JsonObject }>;
  read(
    id: string,
    props: JsonObject,
  ): Promise<{ readonly id?: string; readonly props: JsonObject }>;
  update(id: string, olds: JsonObject, news: JsonObject): Promise<{ readonly outs: JsonObject }>;
  delete(id: string, props: JsonObject): Promise<void>;
}

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface DiffResult {
  readonly changes: boolean;
  readonly replaces: string[];
  readonly deleteBeforeReplace: boolean;
}

/** Key under which the engine keeps the text that finds the provider. */
export const PROVIDER_KEY = "__provider";
