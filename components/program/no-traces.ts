import { Resource } from "@pulumi/pulumi";

/**
 * The SDK has the engine keep with each resource the calls that led to its declaration. Nobody reads them, they are a fifth of a state,
 * and they change with every line that moves in this program. The SDK has no switch for it; this is the method that gathers them.
 */
export function keepNoTraces(): void {
  Object.assign(Resource, { stackTrace: () => [] });
}
