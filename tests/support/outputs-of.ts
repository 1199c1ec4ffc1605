import path from "node:path";
import { z } from "zod";
import { PROVIDER_KEY } from "../../dynamic-providers/kit/engine.js";
import type { JsonObject } from "../../dynamic-providers/kit/struct.js";

const described = z.object({ kind: z.string(), outputs: z.instanceof(z.ZodObject) });

/** What a module of a kind says of it: a class of resources, or a provider. */
export async function describedIn(
  kind: string,
  role: "resource" | "provider",
): Promise<z.output<typeof described>> {
  const file = path.join(process.cwd(), "dynamic-providers", kind, `${role}.ts`);
  const exported: Readonly<Record<string, unknown>> = await import(file);
  const [found] = Object.values(exported).flatMap(
    (one) =>
      described.safeParse({ kind: memberOf(one, "kind"), outputs: memberOf(one, "outputs") })
        .data ?? [],
  );
  if (found === undefined) {
    throw new Error(`${file} describes no kind`);
  }
  return found;
}

const memberOf = (one: unknown, key: string): unknown =>
  typeof one === "function" || (typeof one === "object" && one !== null)
    ? Reflect.get(one, key)
    : undefined;

/** Fails when properties of a kind of ours lack an output, or have one of another shape than its schema says. */
export async function requireOutputs(props: JsonObject): Promise<void> {
  const kind = /providers\["([a-z/-]+)"\]/.exec(String(props[PROVIDER_KEY]))?.[1];
  if (kind !== undefined) {
    const { outputs } = await describedIn(kind, "resource");
    const told = Object.entries(props).filter(([key]) => key in outputs.shape);
    outputs.parse(Object.fromEntries(told));
  }
}
