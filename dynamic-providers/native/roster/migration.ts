import { type JsonObject, toStruct } from "../../kit/struct.js";
import { rosterVersion1 } from "./version-1-schema.js";

export function rosterFromVersion1(props: JsonObject): JsonObject {
  const { storages, objects, standing, ...rest } = rosterVersion1.parse(props);
  const { wishes: _wishes, unseen: _unseen, ...kept } = rest;
  return toStruct({
    ...kept,
    natives: [...storages, ...(objects ?? [])],
    takenOver: standing,
    ...(objects === undefined ? { storagesOnly: true } : {}),
  });
}
