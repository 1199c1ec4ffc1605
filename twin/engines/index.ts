import { containerEngine } from "./container/container-engine.js";
import type { Engine } from "./engine.js";

/** How hosts can be made; a running twin remembers the one that made it. */
export const ENGINE_NAMES = ["container"] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];
export const DEFAULT_ENGINE: EngineName = "container";

const ENGINES: Readonly<Record<EngineName, Engine>> = { container: containerEngine };

/** The only place that knows which engines there are; everybody else asks the interface. */
export function engineNamed(name: EngineName): Engine {
  return ENGINES[name];
}

export function allEngines(): readonly Engine[] {
  return ENGINE_NAMES.map(engineNamed);
}
