type Present<T> = { [key in keyof T]?: Exclude<T[key], undefined> };

/** Leaves undefined members out, so that "not given" has one form. */
export function present<T extends object>(value: T): Present<T> {
  const kept: Present<T> = {};
  for (const key in value) {
    const member = value[key];
    if (member !== undefined) {
      Object.assign(kept, { [key]: member });
    }
  }
  return kept;
}
